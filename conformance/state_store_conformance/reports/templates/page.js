"use strict";
// The page can be read without any of this: it filters the clauses and remembers the colors.
(() => {
  document.documentElement.classList.add("with-script");

  const themes = [...document.querySelectorAll(".theme input")];
  const memory = {
    get: () => { try { return localStorage.getItem("state-store-theme"); } catch { return null; } },
    set: (theme) => { try { localStorage.setItem("state-store-theme", theme); } catch { /* a file may keep nothing */ } },
  };
  const remembered = themes.find((theme) => theme.value === memory.get());
  if (remembered) remembered.checked = true;
  for (const theme of themes) theme.addEventListener("change", () => memory.set(theme.value));

  const form = document.querySelector(".filter");
  const rows = [...document.querySelectorAll(".clauses tr[data-verdict]")];
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const boxes = [...form.querySelectorAll("[name=verdict]")];

  const filter = () => {
    const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const words = form.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const chapter = row.parentElement.dataset.chapter;
      row.hidden = !(
        verdicts.has(row.dataset.verdict)
        && (!form.chapter.value || form.chapter.value === chapter)
        && words.every((word) => texts.get(row).includes(word))
      );
      shown += row.hidden ? 0 : 1;
    }
    for (const chapter of document.querySelectorAll(".clauses tbody")) {
      chapter.hidden = !chapter.querySelector("tr[data-verdict]:not([hidden])");
    }
    form.querySelector("output").value = `${shown} of ${rows.length} clauses`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  // A reset takes effect after its event.
  form.addEventListener("reset", () => setTimeout(filter));
  for (const link of document.querySelectorAll(".tallies a")) {
    link.addEventListener("click", () => {
      for (const box of boxes) box.checked = box.value === link.dataset.verdict;
      filter();
    });
  }
  // A link to a clause opens it, and shows it where the filter had hidden it.
  const open = () => {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!row || !row.matches(".clauses tr")) return;
    if (row.hidden) form.reset();
    row.querySelector("details").open = true;
  };
  addEventListener("hashchange", open);
  filter();
  open();
})();
