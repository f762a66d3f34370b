"""A derivation in sentences of the reader's language. `translate` is gettext, given by whoever may import Django; `dates` goes with it."""
from collections.abc import Callable, Sequence
from datetime import date, datetime, tzinfo
from typing import Protocol

from ventanilla.lib import spanish
from ventanilla.lib.spanish import number, plural
from ventanilla.lib.worktime.calendar import WorkCalendar
from ventanilla.lib.worktime.explain import Step

Translate = Callable[[str], str]


class Dates(Protocol):
    """How a language writes dates and lists: the modules `lib.spanish` and `lib.english`."""

    def long_date(self, day: date, *, weekday: bool = False) -> str: ...
    def day_and_month(self, day: date, *, weekday: bool = True) -> str: ...
    def long_moment(self, moment: datetime, zone: tzinfo | None = None) -> str: ...
    def every(self, weekday: int) -> str: ...
    def listed(self, words: Sequence[str]) -> str: ...


MANY = 3
"""From so many weekly closed days on they are counted instead of listed."""


def _(text: str) -> str:
    """Mark a msgid for extraction."""
    return text


def sentences(steps: Sequence[Step], calendar: WorkCalendar, translate: Translate = _, dates: Dates = spanish) -> list[str]:
    """One sentence per thing that matters, in the order in which a person would check it."""
    wording = _Wording(calendar, translate, dates)
    found = [
        *wording.beginning(steps), *wording.skipped(steps),
        *(wording.one(step) for step in steps if step.kind in _PLAIN),
    ]
    return [sentence for sentence in found if sentence]


class _Wording:
    """Words for steps, in the calendar's zone."""

    def __init__(self, calendar: WorkCalendar, translate: Translate, dates: Dates) -> None:
        self.calendar, self.say, self.dates = calendar, translate, dates

    def moment(self, moment: datetime | None) -> str:
        return self.dates.long_moment(moment, self.calendar.zone) if moment else "—"

    def beginning(self, steps: Sequence[Step]) -> list[str]:
        received = next(step for step in steps if step.kind == "received")
        counted = next((step for step in steps if step.kind == "counted_from"), None)
        text = self.say(_("Recibido el %(moment)s%(why)s.")) % {
            "moment": self.moment(received.at), "why": self.why(received.at, received.name == "late"),
        }
        if counted is None:
            return [text]
        amount = self.amount(counted.number, counted.name)
        if counted.at:
            start = self.say(_("El plazo de %(amount)s corre desde el %(moment)s."))
            return [text, start % {"amount": amount, "moment": self.moment(counted.at)}]
        if counted.day is None or not counted.number:
            return [text, self.say(_("El plazo es de %(amount)s.")) % {"amount": amount}]
        start = self.say(_("El plazo es de %(amount)s; el día 1 es el %(day)s."))
        return [text, start % {"amount": amount, "day": self.dates.long_date(counted.day, weekday=True)}]

    def amount(self, amount: float, unit: str) -> str:
        return self.say(plural(amount, *_AMOUNTS[unit])) % {"n": number(amount)}

    def why(self, moment: datetime | None, late: bool) -> str:
        """Tell a reception that counts later."""
        if moment is None or not late:
            return ""
        local = moment.astimezone(self.calendar.zone)
        if not self.calendar.is_working(local.date()):
            return self.say(_(", día inhábil: cuenta como recibido el siguiente día hábil"))
        return self.say(_(", después del cierre: cuenta como recibido el siguiente día hábil"))

    def skipped(self, steps: Sequence[Step]) -> list[str]:
        weekly = [step.day for step in steps if step.kind == "weekend" and step.day]
        named = [self.named(step) for step in steps if step.kind == "skipped"]
        added = [self.named(step) for step in steps if step.kind == "added"]
        found = []
        if weekly or named:
            text = self.say(_("No cuentan: %(days)s."))
            found.append(text % {"days": "; ".join([*self.weekly(weekly), *named])})
        if added:
            found.append(self.say(_("Sí cuentan, por excepción: %(days)s.")) % {"days": "; ".join(added)})
        return found

    def weekly(self, days: Sequence[date]) -> list[str]:
        if len(days) < MANY:
            return [self.dates.listed([self.dates.day_and_month(day) for day in days])] if days else []
        names = [self.dates.every(w) for w in sorted({day.weekday() for day in days})]
        return [self.say(_("%(names)s (%(n)s días)")) % {"names": self.dates.listed(names), "n": number(len(days))}]

    def named(self, step: Step) -> str:
        day, last = step.day, step.last
        text = self.dates.day_and_month(day) if day else ""
        if day and last and last != day:
            same = day.year == last.year
            begin, end = (self.dates.day_and_month(d) if same else self.dates.long_date(d, weekday=True) for d in (day, last))
            text = self.say(_("del %(day)s al %(last)s")) % {"day": begin, "last": end}
        detail = ", ".join(part for part in (step.name, step.source) if part)
        return f"{text} ({detail})" if detail else text

    def one(self, step: Step) -> str:
        values = {
            "at": self.moment(step.at), "until": self.moment(step.until), "name": step.name,
            "day": self.dates.long_date(step.day, weekday=True) if step.day else "",
            "last": self.dates.long_date(step.last) if step.last else "", "why": f" ({step.name})" if step.name else "",
        }
        key = step.kind
        if key == "paused" and step.until is None:
            key = "paused_open"
        if key == "by_hand" and step.day:
            key = "by_hand_closed"
        if key == "none" and step.name != "horizon":
            key = f"none_{step.name}"
        return self.say(_PLAIN[key]) % values


_PLAIN = {
    "paused": _("En pausa del %(at)s al %(until)s%(why)s."),
    "paused_open": _("En pausa desde el %(at)s%(why)s."),
    "last_day": _("El último día del plazo es el %(day)s."),
    "by_hand": _("El vencimiento se fijó a mano."),
    "by_hand_closed": _("El vencimiento se fijó a mano, en un día inhábil: el %(day)s%(why)s."),
    "none_no_term": _("No tiene plazo."),
    "capped": _("No puede vencer después que el asunto del que depende%(why)s: se limita al %(at)s."),
    "due": _("Vence el %(at)s."),
    "none": _("No hay fecha de vencimiento: el calendario no tiene horario suficiente hasta el %(last)s."),
    "none_paused": _("No hay fecha de vencimiento mientras dure la pausa."),
    "amber": _("El semáforo cambia a «Por vencer» el %(at)s."),
    "uncertain": _("El calendario publicado llega al %(last)s; más días inhábiles cambiarían la fecha."),
}

_AMOUNTS = {
    "workdays": (_("%(n)s día hábil"), _("%(n)s días hábiles")), "workhours": (_("%(n)s hora hábil"), _("%(n)s horas hábiles")),
    "calendar_days": (_("%(n)s día natural"), _("%(n)s días naturales")),
}
