// Runs golden traces on a store in memory: node golden_consumer.mjs FOLDER. See docs/golden-traces.md.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

const OFFERS = ['async', 'collection', 'durable', 'never-expire-pair', 'referential', 'sessions'];
const DAY = 86_400_000_000n; // Instants and durations are whole microseconds.
function instant(text) {
  const [seconds, fraction = ''] = text.replace('Z', '').split('.');
  return BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0') || 0);
}
function duration(text) {
  const parts = /^(-?)P(?:(\d+)Y)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?$/.exec(text);
  const [years, days, hours, minutes, seconds] = parts.slice(2, 7).map((number) => BigInt(number ?? 0));
  const whole = (((years * 365n + days) * 24n + hours) * 60n + minutes) * 60n + seconds;
  const micros = whole * 1_000_000n + BigInt((parts[7] ?? '').padEnd(6, '0'));
  return parts[1] ? -micros : micros;
}
class Refusal extends Error {}
/** The store, with the dag runs and assets it knows: rows lie in a map, under the JSON of their place. */
class Store {
  constructor({ profile, settings, universe, start }, text) {
    Object.assign(this, { text, released: profile === 'airflow-3.3', settings: { ...settings }, now: instant(start), rows: new Map() });
    this.runs = new Set(universe.dag_runs.filter((run) => run.exists).map((run) => this.run(run)));
    this.catalog = new Map(universe.assets.map((one) => [one.asset, { name: text(one.name), uri: text(one.uri) }]));
    this.assets = new Set(universe.assets.filter((one) => one.state !== 'absent').map((one) => one.asset));
    this.active = new Set(universe.assets.filter((one) => one.state === 'active').map((one) => one.asset));
  }
  run({ dag, run }) { return JSON.stringify([dag, run].map(this.text)); }
  task(scope) { return [...[scope.dag, scope.run, scope.task].map(this.text), scope.map_index ?? -1]; }
  asset({ asset, name, uri }) { // every field of a scope must agree on one asset
    if (asset == null && name == null && uri == null) throw new Refusal('ValueError');
    const agrees = (one) => (name == null || this.catalog.get(one).name === this.text(name))
      && (uri == null || this.catalog.get(one).uri === this.text(uri));
    return [...(asset == null ? this.active : this.assets)].find((one) => (asset == null || one === asset) && agrees(one));
  }
  owner(scope) { // null where the scope means no asset
    if ('dag' in scope) return { kind: 'task', parts: this.task(scope), known: this.runs.has(this.run(scope)) };
    const asset = this.asset(scope);
    return asset === undefined ? null : { kind: 'asset', parts: [asset], known: true };
  }
  place(owner, key) { return owner && JSON.stringify([owner.kind, ...owner.parts, this.text(key)]); }
  remove(takes) { for (const [place, row] of this.rows) if (takes(row)) this.rows.delete(place); }
  get({ scope, key }) { return { answer: 'value', value: this.rows.get(this.place(this.owner(scope), key))?.value ?? null }; }
  write({ scope, key, value, expires_in = null, expires_zone }, neverExpire) {
    if (expires_in !== null && expires_zone === 'naive') throw new Refusal('ValueError');
    const [owner, name, content] = [this.owner(scope), this.text(key), this.text(value)];
    const [task, index] = owner?.kind === 'task' ? owner.parts.slice(2) : ['', -1];
    if ([task, name, content].some((one) => one.includes('\0') || !one.isWellFormed()) || [...name].length > 512 || index !== (index | 0)
      || Buffer.byteLength(content) > 4 * 1024 * 1024 || [...task].length > 250 || Buffer.byteLength(task) > 600) throw new Refusal('cannot be held');
    if (!owner?.known) throw new Refusal('unknown dag run or asset');
    const expires = owner.kind === 'task' && expires_in !== null ? this.now + duration(expires_in) : null;
    const row = { ...owner, key: name, value: content, updated: this.now, expires, neverExpire: owner.kind === 'task' && neverExpire };
    this.rows.set(this.place(owner, key), row);
  }
  set(call, neverExpire = false) { this.write(call, neverExpire); }
  set_never_expire(call) { this.set(call, true); }
  delete({ scope, key }) { this.rows.delete(this.place(this.owner(scope), key)); }
  clear({ scope, all_map_indices }) {
    const owner = this.owner(scope);
    const parts = owner?.kind === 'task' && all_map_indices ? owner.parts.slice(0, 3) : owner?.parts;
    if (owner) this.remove((row) => row.kind === owner.kind && parts.every((part, at) => row.parts[at] === part));
  }
  transaction({ operations, end }) {
    const [before, answers] = [new Map(this.rows), operations.map((call) => this.apply(call))];
    if (end === 'rollback') this.rows = before;
    return { answer: 'answers', answers };
  }
  collect({ dry_run }) {
    const days = BigInt(this.settings.default_retention_days);
    const answer = { answer: 'collected', expired: 0, fallback: 0, orphaned: 0 };
    const rule = (row) => {
      if (row.kind === 'asset') return this.released || this.active.has(row.parts[0]) ? null : 'orphaned';
      if ((days === 0n && !this.released) || row.neverExpire) return null;
      if (row.expires !== null) return row.expires < this.now ? 'expired' : null;
      return !this.released && row.updated + days * DAY < this.now ? 'fallback' : null;
    };
    const due = [...this.rows.values()].filter((row) => rule(row));
    for (const row of due) answer[rule(row)] += 1;
    if (!dry_run) this.remove((row) => due.includes(row));
    return answer;
  }
  advance({ by }) { this.now += duration(by); }
  reopen() {} // everything is still there
  change_settings({ op, ...changes }) { Object.assign(this.settings, changes); }
  add_dag_run(which) { this.runs.add(this.run(which)); }
  delete_dag_run(which) {
    this.runs.delete(this.run(which));
    this.remove((row) => row.kind === 'task' && JSON.stringify(row.parts.slice(0, 2)) === this.run(which));
  }
  activate_asset({ asset }) { // a name and a uri belong to at most one active asset
    const { name, uri } = this.catalog.get(asset);
    const inTheWay = (one) => this.catalog.get(one).name === name || this.catalog.get(one).uri === uri;
    [this.active, this.assets] = [new Set([...[...this.active].filter((one) => !inTheWay(one)), asset]), this.assets.add(asset)];
  }
  deactivate_asset({ asset }) { this.active.delete(asset); }
  rename_asset({ asset, to }) { this.deactivate_asset({ asset }); this.activate_asset({ asset: to }); }
  delete_asset({ asset }) {
    [this.active, this.assets].forEach((known) => known.delete(asset));
    this.remove((row) => row.kind === 'asset' && row.parts[0] === asset);
  }
  apply(operation) {
    try { return this[operation.op](operation) ?? { answer: 'done' }; } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { answer: 'refused', error: error.message };
    }
  }
}
function agrees(wanted, given, text) { // texts stand in the place of symbols
  if (wanted.answer === 'answers') return wanted.answers.every((one, at) => agrees(one, given.answers[at], text));
  if (wanted.answer === 'refused') return given.answer === 'refused' && [given.error, 'Exception'].includes(wanted.error);
  if (wanted.answer !== 'value') return isDeepStrictEqual(wanted, given);
  return given.answer === 'value' && given.value === (wanted.value === null ? null : text(wanted.value));
}
function wanted(stored, store) { // the order of rows says nothing
  return stored.map(({ scope, key, value, updated_at, expires_at, never_expire }) => [
    'dag' in scope ? store.task(scope) : [scope.asset], store.text(key), store.text(value),
    `${instant(updated_at)}`, expires_at && `${instant(expires_at)}`, never_expire]).map((row) => JSON.stringify(row)).sort();
}
function held(store) {
  return [...store.rows.values()].map((row) => JSON.stringify([row.parts, row.key, row.value,
    `${row.updated}`, row.expires && `${row.expires}`, row.neverExpire])).sort();
}
/** Gives the number of the first step that differs, or 0. */
function run(trace) {
  const text = (symbol) => {
    const named = trace.naming?.[symbol] ?? symbol;
    return typeof named === 'string' ? named : 'repeat' in named ? named.repeat.repeat(named.times) : String.fromCodePoint(...named.code_points);
  };
  const store = new Store(trace, text);
  return 1 + trace.steps.findIndex(({ operation, expect }) => {
    const given = store.apply(operation);
    return (expect?.answer && !agrees(expect.answer, given, text))
      || (expect?.stored && !isDeepStrictEqual(wanted(expect.stored, store), held(store)));
  });
}

let [agreed, differing, leftOut] = [0, 0, 0];
for (const name of readdirSync(process.argv[2]).filter((one) => one.endsWith('.json')).sort()) {
  const golden = JSON.parse(readFileSync(join(process.argv[2], name), 'utf8'));
  if (golden.format !== 'state-store-golden/1') throw new Error(`${name}: unknown format ${golden.format}`);
  for (const [at, { needs, trace }] of golden.traces.entries()) {
    if (trace.claims || needs.some((need) => !OFFERS.includes(need))) { leftOut += 1; continue; }
    const step = run(trace);
    if (step) console.log(`${golden.subject}, trace ${at + 1}: step ${step} differs`);
    step ? differing += 1 : agreed += 1;
  }
}
console.log(`${agreed} golden traces agree, ${differing} differ, ${leftOut} were left out.`);
process.exitCode = differing ? 1 : agreed ? 0 : 3;
