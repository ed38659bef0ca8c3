"""One call beside the rows: room in the run's budget before it, its cost in the ledger after it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from nightshift.batch.job import ResolvedJob
from nightshift.batch.room import hold, left
from nightshift.batch.services import Services
from nightshift.errors import AnswerLost, BudgetExceeded, NightshiftError, StateConflict
from nightshift.finops import budgets
from nightshift.finops.money import shown
from nightshift.finops.prices import Price, look_up
from nightshift.model_registry.capabilities import find_capabilities
from nightshift.storage.tables import Run, RunState, SideCall, SideCallState

Purpose = Literal["judge", "entailment", "moderation", "embedding"]
_GOING_ON = (RunState.ADMITTED, RunState.PREPARED)
_LOT = 32  # digits of an entry's key that say which lot it is; the others are random
_OPEN = (*_GOING_ON, RunState.CANCELLING)  # the run's reservation is not released yet


class Call(NamedTuple):
    """`most` is what one try may cost at most, in picodollars; `questions` is the number of texts of a lot.

    `repeatable`: the provider bills the same question once, however often it is asked with the same key. Of a lot
    nothing is remembered: whoever asks the same texts again after their answer has a new entry for it.
    """

    key: str
    model: str
    most: int
    questions: int = 1
    repeatable: bool = False
    is_lot: bool = False


class Begun(NamedTuple):
    """A try that has its place in the budget. `row` is its entry's key; `number` tells it from others of this entry."""

    call: Call
    row: str
    number: int


class Remembered(NamedTuple):
    """The question was answered before. `numbers` are what was said, None where nothing that could be read."""

    numbers: tuple[float, ...] | None


@dataclass
class Bill:
    """What a try turned out to cost. `lost` is the most that parts of it cost of which no answer came."""

    cost: int = 0
    lost: int = 0


class SideCalls:
    """The calls of one run for one purpose. Several workers may ask the same: what each is billed for is booked."""

    def __init__(self, services: Services, job: ResolvedJob, purpose: Purpose) -> None:
        self._services, self._job, self._purpose = services, job, purpose

    def sent_key(self, key: str) -> str:
        """The idempotency key of a question as its provider sees it: what this run books must not be billed as part of
        another run, nor of another purpose. A run that is resumed sends the same one."""
        return hashlib.sha256(f"{self._job.run_id}/{self._purpose}/{key}".encode()).hexdigest()

    @contextmanager
    def booked(self, model: str, most: int, texts: Sequence[str]) -> Iterator[Bill]:
        """Around one try at a lot of texts. Raises BudgetExceeded where it does not fit."""
        begun, bill = self.begin(Call(_key_of(model, texts), model, most, len(texts), is_lot=True)), Bill()
        assert isinstance(begun, Begun)  # nothing is remembered of a lot
        try:
            yield bill
        except AnswerLost:
            self.end(begun, Bill(bill.cost, most - bill.cost), failed=True)
            raise
        except NightshiftError:
            self.end(begun, bill, failed=True)
            raise
        self.end(begun, bill)

    def begin(self, call: Call) -> Begun | Remembered:
        """Sets the highest cost of a try aside, or gives what the question was answered before.

        Raises BudgetExceeded where it does not fit, StateConflict where nothing more is asked for the run.
        """
        with self._services.database.transaction() as session:
            self._hold(session)
            found = self._found(session, call) or self._new(session, call)
            if found.state == SideCallState.ENDED:
                return Remembered(None if found.numbers is None else tuple(found.numbers))
            # The try before, if it was cut off, may have been executed: its place is kept, unless this is the same.
            more = max(0, call.most - found.promised) if call.repeatable else call.most
            room, number = left(session, self._job), found.tries + 1
            fits = more <= room
            found.state, found.begun_at = SideCallState.BEGUN if fits else SideCallState.REFUSED, datetime.now(UTC)
            if fits:
                found.tries, found.promised = number, found.promised + more
                found.open_tries += 1
                self._add(session, promised=more)
            row = found.key
        if not fits:  # after the transaction, so that the run's summary can tell it
            raise self._no_room(call, room)
        return Begun(call, row, number)

    def end(self, begun: Begun, bill: Bill, numbers: Sequence[float] | None = None, *, failed: bool = False) -> None:
        """Books a try; `numbers` are kept with it. After one that failed the question may be asked again."""
        call, now = begun.call, datetime.now(UTC)
        with self._services.database.transaction() as session:
            hold(session, self._job.run_id)
            found = session.get_one(SideCall, (self._job.run_id, begun.row))
            is_ended = found.state == SideCallState.ENDED
            if is_ended and call.repeatable:
                return  # another worker heard the same answer, which is billed once
            found.open_tries -= not (failed and bill.lost)  # an answer that was lost may have been billed
            promised = self._change(found, call, bill, failed)
            found.promised, found.cost = found.promised + promised, found.cost + bill.cost
            self._add(session, promised=promised, spent=bill.cost)
            if not is_ended:
                found.state = SideCallState.FAILED if failed else SideCallState.ENDED
                found.numbers, found.ended_at = None if numbers is None else list(numbers), now
            if bill.cost:
                self._settle(session, found, begun.number, bill.cost, now)

    def _change(self, found: SideCall, call: Call, bill: Bill, failed: bool) -> int:
        """What the end of a try does to the promise of its question.

        What is billed once has one place, which all tries share: it is free when one was answered, or all have failed.
        """
        if not call.repeatable:
            return bill.lost - call.most
        return 0 if failed and found.open_tries else -found.promised

    def _settle(self, session: Session, found: SideCall, number: int, cost: int, now: datetime) -> None:
        transfer = f"side:{self._job.run_id}:{found.key[-20:]}:{number}"
        run: dict[str, Any] = {
            "application": self._job.spec.application,
            "run_id": self._job.run_id,
            "period": self._job.period,
        }
        budgets.settle(session, **run, transfer=transfer, model=found.model, amount=cost, at=now)
        if self._state(session) not in _OPEN:
            budgets.cover(session, **run, transfer=f"cover:{transfer}", amount=cost, at=now)

    def _hold(self, session: Session) -> None:
        hold(session, self._job.run_id)
        if (state := self._state(session)) not in _GOING_ON:
            raise StateConflict(f"run {self._job.run_id} is {state}: nothing more is asked for it")

    def _state(self, session: Session) -> str:
        return str(session.scalar(select(Run.state).where(Run.run_id == self._job.run_id)))

    def _add(self, session: Session, *, promised: int, spent: int = 0) -> None:
        sums = {
            "side_calls_promised": Run.side_calls_promised + promised,
            "side_calls_spent": Run.side_calls_spent + spent,
        }
        session.execute(update(Run).where(Run.run_id == self._job.run_id).values(sums))

    def _found(self, session: Session, call: Call) -> SideCall | None:
        """The entry of a question; of a lot, one that has brought nothing so far and that nobody is asking."""
        if not call.is_lot:
            return session.get(SideCall, (self._job.run_id, self._row_key(call.key)))
        first, idle = self._row_key(call.key)[:_LOT], (SideCallState.FAILED, SideCallState.REFUSED)
        query = select(SideCall).where(
            SideCall.run_id == self._job.run_id,
            SideCall.key.between(first + "0" * _LOT, first + "f" * _LOT),
            SideCall.state.in_(idle),
        )
        return session.scalars(query.limit(1)).first()

    def _new(self, session: Session, call: Call) -> SideCall:
        key = self._row_key(call.key)
        made = SideCall(
            run_id=self._job.run_id,
            key=key[:_LOT] + secrets.token_hex(_LOT // 2) if call.is_lot else key,
            purpose=self._purpose,
            model=call.model,
            state=SideCallState.REFUSED,  # until there is room for it
            questions=call.questions,
            tries=0,
            open_tries=0,
            promised=0,
            cost=0,
            begun_at=datetime.now(UTC),
        )
        session.add(made)
        return made

    def _row_key(self, key: str) -> str:
        return hashlib.sha256(f"{self._purpose}/{key}".encode()).hexdigest()

    def _no_room(self, call: Call, room: int) -> BudgetExceeded:
        return BudgetExceeded(
            f"the run's budget has no room for a call beside its rows ({self._purpose} by {call.model})",
            field="budget_usd",
            value=shown(self._job.budget),
            limit=f"it may cost up to {shown(call.most)}, and {shown(max(room, 0))} are left",
            way_out=f"raise budget_usd, or do without {self._purpose}",
        )


def _key_of(model: str, texts: Sequence[str]) -> str:
    digests = (hashlib.sha256(text.encode(errors="surrogatepass")).digest() for text in (model, *texts))
    return hashlib.sha256(b"".join(digests)).hexdigest()


def realtime_price(provider: str, priced_model: str, at: datetime) -> Price:
    """What a model costs in real time. Raises MissingPrice."""
    return look_up(provider, find_capabilities(provider).price_list, priced_model, "realtime", at)
