"""The caller's session: metastores that take more of it than they were given, or less."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event

from state_store_spec import StateStoreError
from state_store_zoo.fault import Chapter
from state_store_zoo.metastore.backend import Backend
from state_store_zoo.metastore.broken_part import broken

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

CHAPTER: Final = Chapter("The caller's session", "metastore-")
_broken: Final = partial(broken, CHAPTER, "backend")


@_broken(breaks=["SESSION-1"], because="a write that is not committed looks like a write lost")
class CommitsForItsCaller(Backend):
    """`set` commits the session of its caller."""

    def set(self, *arguments: Any, session: Session | None = None, **options: Any) -> None:
        super().set(*arguments, session=session, **options)
        if session is not None:
            session.commit()


@_broken(breaks=["SESSION-1"], because="`with session:` closes it at the end")
class ClosesTheSession(Backend):
    """`set` closes the session of its caller."""

    def set(self, *arguments: Any, session: Session | None = None, **options: Any) -> None:
        super().set(*arguments, session=session, **options)
        if session is not None:
            session.close()


@_broken(breaks=["SESSION-1", "METHOD-6"], because="`async with session:` closes it at the end")
class ClosesTheAsyncSession(Backend):
    """`aset` closes the session of its caller."""

    async def aset(
        self, *arguments: Any, session: AsyncSession | None = None, **options: Any
    ) -> None:
        await super().aset(*arguments, session=session, **options)
        if session is not None:
            await session.close()


@_broken(
    breaks=["SESSION-2"],
    beside=["SESSION-1", "SESSION-3", "REF-1", "REF-2", "VALUE-4", "RET-7"],
    because="work is collected, as the ORM does it, and sent when the caller commits",
)
class SendsWritesAtTheCommit(Backend):
    """`set` in a session is seen when the session is committed."""

    def set(self, *arguments: Any, session: Session | None = None, **options: Any) -> None:
        write = super().set

        def send(_: object) -> None:
            write(*arguments, session=session, **options)

        if session is None:
            send(None)
        else:
            event.listen(session, "before_commit", send, once=True)


@_broken(
    breaks=["SESSION-1"],
    beside=["SESSION-3"],
    because="whatever goes wrong is rolled back, as one learns",
)
class RollsBackWhatItRefuses(Backend):
    """A refused write rolls back everything that was done in the session."""

    def set(self, *arguments: Any, session: Session | None = None, **options: Any) -> None:
        try:
            super().set(*arguments, session=session, **options)
        except StateStoreError:
            if session is not None:
                session.rollback()
            raise


@_broken(
    breaks=["SESSION-3"],
    beside=["SESSION-1", "REF-1", "REF-2"],
    because="an error is remembered, so that nothing more is sent on a session that may be broken",
)
class RefusesAfterARefusal(Backend):
    """After a refused write every other one in that session is refused."""

    def set(self, *arguments: Any, session: Session | None = None, **options: Any) -> None:
        if session is not None and "refused" in session.info:
            raise RuntimeError("this session has failed before")
        try:
            super().set(*arguments, session=session, **options)
        except StateStoreError:
            if session is not None:
                session.info["refused"] = True
            raise
