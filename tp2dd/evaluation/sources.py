"""Where automatic values come from: what other rooms already count, asked through their queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from django.apps import apps
from django.db.models import Count, Q, Sum
from django.urls import reverse

from opd.access import EVERYWHERE, Scope
from opd.office.calendar import bounds, day_of
from retribusi.complaints import queries as complaints
from retribusi.complaints.models import answered_late
from retribusi.walkins import clock
from tp2dd.consistency import queries as consistency
from tp2dd.etpd.queries import semesters
from tp2dd.evaluation.facts import TEAM, Asked, Fact, Source, Subject
from tp2dd.models import TakingsDay
from tp2dd.periods import Period
from tp2dd.rollout import queries as rollout
from tp2dd.rollout import share
from tp2dd.rollout.models import Stage

HUNDRED, ZERO = Decimal(100), Decimal(0)
USED = frozenset({Stage.PILOT, Stage.MANDATORY})


def _part(part: Decimal | int, whole: Decimal | int, words: str, nothing: str, url: str = "") -> Fact:
    """So many per cent; does not apply where there is nothing to take a part of."""
    if not whole:
        return Fact(None, nothing, url)
    return Fact(Decimal(part) * HUNDRED / Decimal(whole), words, url)


def _share_of(asked: Asked, fact: Callable[[list[share.Grain]], Fact]) -> dict[Subject, Fact]:
    """A fact for each agency's spending and for all of it."""
    lines = share.grains(asked.period, opd_ids=None)
    found: dict[Subject, Fact] = {TEAM: fact(lines)}
    for opd_id in asked.opd_ids:
        found[opd_id] = fact([line for line in lines if line.opd_id == opd_id])
    return found


def _noncash(asked: Asked) -> dict[Subject, Fact]:
    def fact(lines: list[share.Grain]) -> Fact:
        sums = share.total(lines)
        known = sums.count - sums.unknown_count
        words = f"Nilai belanja nontunai dari {known} belanja yang diketahui kanalnya"
        nothing = "Belum ada belanja yang diketahui kanalnya"
        return _part(sums.noncash, max(sums.known, ZERO), words, nothing, _share_url(asked))

    return _share_of(asked, fact)


def _kkpd(asked: Asked) -> dict[Subject, Fact]:
    """Of spending from cash on hand (not paid directly from RKUD), by value."""

    def fact(lines: list[share.Grain]) -> Fact:
        own = [line for line in lines if line.channel not in {"sp2d", share.UNKNOWN}]
        card = sum((line.value for line in own if line.channel == "kkpd"), Decimal(0))
        whole = sum((line.value for line in own), Decimal(0))
        count = sum(line.count for line in own if line.channel == "kkpd")
        words = (
            f"{count} belanja KKPD dari {sum(line.count for line in own)} belanja di luar LS, menurut nilai"
        )
        return _part(
            max(card, Decimal(0)),
            max(whole, Decimal(0)),
            words,
            "Tidak ada belanja di luar LS",
            _share_url(asked),
        )

    return _share_of(asked, fact)


def _share_url(asked: Asked) -> str:
    return f"{reverse('tp2dd:rollout_share')}?sejak={asked.period.first}&sampai={asked.period.last}"


def _channels(asked: Asked) -> dict[Subject, Fact]:
    """Channels in pilot or mandatory, of all channels; the team stands for the agencies together."""
    rows = rollout.matrix(EVERYWHERE, rollout.MatrixFilter(), on=asked.period.last)
    url = reverse("tp2dd:rollout_matrix")
    cells = {row.opd.pk: row.cells for row in rows if row.opd.pk in asked.opd_ids}
    found: dict[Subject, Fact] = {}
    for opd_id in asked.opd_ids:
        mine = cells.get(opd_id, [])
        used = _used(mine)
        words = f"{used} dari {len(mine)} kanal diuji coba atau wajib"
        found[opd_id] = _part(used, len(mine), words, "OPD tidak berlaku pada akhir masa", url)
    every = [cell for row in cells.values() for cell in row]
    words = f"{_used(every)} dari {len(every)} kanal di {len(cells)} OPD diuji coba atau wajib"
    found[TEAM] = _part(_used(every), len(every), words, "Belum ada OPD yang dinilai", url)
    return found


def _used(cells: Iterable[rollout.Cell]) -> int:
    return sum(cell.stage in USED for cell in cells)


def _takings(asked: Asked) -> dict[Subject, Fact]:
    """Levies taken without cash, of all that were taken here (rupiah): payments through the bank, and sales
    at the counters by EDC and e-money beside those in cash."""
    period = asked.period
    paid = TakingsDay.objects.filter(day__range=(period.first, period.last)).order_by()
    online = dict(paid.values_list("opd").annotate(sum=Sum("paid")))
    counter = _at_counters(period)
    url = f"{reverse('tp2dd:dashboard')}?sejak={period.first}&sampai={period.last}"
    words = "Penerimaan retribusi lewat QRIS, VA, EDC, dan uang elektronik, dari semua yang tercatat di sini"

    def fact(ids: Iterable[int]) -> Fact:
        own = [pk for pk in ids if pk in online or pk in counter]
        noncash = sum((online.get(pk, ZERO) + counter.get(pk, (ZERO, ZERO))[0] for pk in own), ZERO)
        cash = sum((counter.get(pk, (ZERO, ZERO))[1] for pk in own), ZERO)
        return _part(noncash, noncash + cash, words, "Tidak ada penerimaan retribusi pada masa ini", url)

    found: dict[Subject, Fact] = {opd_id: fact([opd_id]) for opd_id in asked.opd_ids}
    return found | {TEAM: fact({*online, *counter})}


def _at_counters(period: Period) -> dict[int, tuple[Decimal, Decimal]]:
    """What counters sold by agency: without cash, and in cash (rupiah). QRIS is a payment and not here."""
    start, end = bounds(period.first, period.last)
    orders = apps.get_model("retribusi", "Order").objects.filter(
        state="paid", paid_at__gte=start, paid_at__lt=end
    )
    rows = orders.exclude(channel="qris").order_by().values_list("point__opd").annotate(
        noncash=Sum("total", filter=~Q(channel="cash"), default=ZERO),
        cash=Sum("total", filter=Q(channel="cash"), default=ZERO),
    )  # fmt: skip
    return {opd_id: (noncash, cash) for opd_id, noncash, cash in rows}


def _deposits(asked: Asked) -> dict[Subject, Fact]:
    """Payments that came to RKUD, or cash to the bank, within the dated limits."""
    account = apps.get_model("incoming", "ReceivingAccount")
    collecting = set(account.objects.values_list("opd_id", flat=True).distinct())

    def fact(reach: Scope) -> Fact:
        rows = clock.pace(reach, first=asked.period.first, last=asked.period.last, at=asked.at)
        count, late = sum(row.count for row in rows), sum(row.late for row in rows)
        words = f"{count - late} dari {count} penerimaan sampai tepat waktu"
        return _part(count - late, count, words, "Tidak ada penerimaan pada masa ini")

    nothing = Fact(None, "OPD ini tidak punya rekening penerimaan")
    found: dict[Subject, Fact] = {
        opd_id: fact(Scope(frozenset({opd_id}))) if opd_id in collecting else nothing
        for opd_id in asked.opd_ids
    }
    return found | {TEAM: fact(EVERYWHERE)}


def _complaints(asked: Asked) -> dict[Subject, Fact]:
    """Complaints whose first answer came by its deadline; one that may still be in time is left out."""
    today = day_of(asked.at)
    where = complaints.Where(first=asked.period.first, last=asked.period.last)
    rows = complaints.complaints(EVERYWHERE, where, on=today).order_by()
    due = Q(first_answered_on__isnull=False) | Q(first_due_on__lt=today)
    counted: dict[Subject, tuple[int, int]] = {
        opd_id: (count, late)
        for opd_id, count, late in rows.filter(due)
        .values_list("opd")
        .annotate(n=Count("pk"), late=Count("pk", filter=answered_late(today)))
    }

    def fact(pairs: Iterable[tuple[int, int]]) -> Fact:
        pairs = list(pairs)
        count, late = sum(one for one, _ in pairs), sum(one for _, one in pairs)
        words = f"{count - late} dari {count} pengaduan dijawab tepat waktu"
        return _part(count - late, count, words, "Tidak ada pengaduan pada masa ini")

    found: dict[Subject, Fact] = {pk: fact([counted[pk]] if pk in counted else []) for pk in asked.opd_ids}
    return found | {TEAM: fact(counted.values())}


def _findings(asked: Asked) -> dict[Subject, Fact]:
    """Open findings of plan consistency; the team stands for the mean of the agencies."""
    if consistency.last_run(asked.year) is None:
        nothing = Fact(None, f"Konsistensi rencana {asked.year} belum pernah dihitung")
        return dict.fromkeys([*asked.opd_ids, TEAM], nothing)
    counts = {opd_id: consistency.open_findings(opd_id, asked.year) for opd_id in asked.opd_ids}
    url = f"{reverse('consistency:finding_list')}?tahun={asked.year}"
    found: dict[Subject, Fact] = {
        opd_id: Fact(
            Decimal(count), f"{count} temuan konsistensi {asked.year} belum selesai", f"{url}&opd={opd_id}"
        )
        for opd_id, count in counts.items()
    }
    words = f"{sum(counts.values())} temuan konsistensi {asked.year} belum selesai pada {len(counts)} OPD"
    mean = Decimal(sum(counts.values())) / len(counts) if counts else None
    return found | {TEAM: Fact(mean, f"Rata-rata: {words}", url)}


def _answers(asked: Asked) -> dict[Subject, Fact]:
    """ETPD answers that agencies were asked for in the period and gave by the deadline."""
    today = day_of(asked.at)
    start, end = bounds(asked.period.first, asked.period.last)
    request = apps.get_model("etpd", "Request")
    rows = request.objects.filter(asked_at__gte=start, asked_at__lt=end, opd__isnull=False)
    counted: dict[int, list[bool]] = {}
    for opd_id, state, due_on, closed_at in rows.values_list("opd", "state", "due_on", "closed_at"):
        verdict = _in_time(state, due_on, day_of(closed_at) if closed_at else None, today)
        if verdict is not None:
            counted.setdefault(opd_id, []).append(verdict)

    def fact(verdicts: list[bool]) -> Fact:
        words = f"{sum(verdicts)} dari {len(verdicts)} permintaan ETPD dijawab tepat waktu"
        return _part(sum(verdicts), len(verdicts), words, "Tidak ada permintaan ETPD yang jatuh tempo")

    found: dict[Subject, Fact] = {opd_id: fact(counted.get(opd_id, [])) for opd_id in asked.opd_ids}
    return found | {TEAM: fact([verdict for verdicts in counted.values() for verdict in verdicts])}


def _in_time(state: str, due_on: date, closed_on: date | None, today: date) -> bool | None:
    """Whether an answer came by its deadline; None where it is withdrawn or its time still runs."""
    if state == "withdrawn" or (state == "open" and today <= due_on):
        return None
    return state == "answered" and closed_on is not None and closed_on <= due_on


def _filed(asked: Asked) -> dict[Subject, Fact]:
    """Whether the report that fell due in this period, on the semester before, was filed by its deadline."""
    year, half = (asked.year, 1) if asked.half == 2 else (asked.year - 1, 2)
    row = next((one for one in semesters() if (one.year, one.half) == (year, half)), None)
    if row is None:
        return {
            TEAM: Fact(
                Decimal(0),
                f"Laporan semester {half} {year} belum dibuka di sini",
                reverse("etpd:semester_list"),
            )
        }
    first = row
    while first.corrects is not None:
        first = first.corrects
    in_time = first.filed_on is not None and first.filed_on <= first.due_on
    told = f"disampaikan {first.filed_on:%d/%m/%Y}" if first.filed_on else "belum disampaikan"
    words = f"{first} {told}, tenggat {first.due_on:%d/%m/%Y}"
    return {TEAM: Fact(Decimal(in_time), words, reverse("etpd:semester", args=[first.pk]))}


SOURCES = (
    Source("share.noncash", "Porsi belanja nontunai", _noncash),
    Source("share.kkpd", "Pemakaian KKPD", _kkpd),
    Source("rollout.channels", "Peluncuran kanal", _channels),
    Source("takings.noncash", "Penerimaan nontunai", _takings),
    Source("takings.deposit", "Jam setor", _deposits),
    Source("complaints.answered", "Pengaduan dijawab tepat waktu", _complaints),
    Source("consistency.open", "Temuan konsistensi terbuka", _findings),
    Source("etpd.answers", "Jawaban ETPD tepat waktu", _answers),
    Source("etpd.filed", "Laporan ETPD tepat waktu", _filed),
)
