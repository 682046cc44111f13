"""The result of a check, as text for people and as JSON for machines."""

import json
from collections.abc import Mapping
from dataclasses import replace

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.check.account import Account
from crime_dagster.sources.check.check import Checked

SHOWN_TOTALS = 40
# A folder of unrelated files must not fill pages with messages.
SHOWN_UNUSED = 50


def write_json(checked: Checked) -> str:
    """Return the accounts under stable names: `files`, one per file, and `all` without `source`."""
    everything = checked.all.as_record()
    del everything["source"]
    files = [{"file": one.file, **one.as_record()} for one in checked.files]
    return json.dumps({"files": files, "all": everything}, ensure_ascii=False, indent=2, default=int, allow_nan=False)


def write_text(checked: Checked, catalogue: Mapping[str, Source]) -> str:
    """Return the accounts in sentences: a block per file, and one for all if there are several."""
    unused = [account for account in checked.files if account.source is None]
    passed_over = {account.file for account in unused[SHOWN_UNUSED:]}
    # What was found beside the account of the only file is said with it.
    own = [replace(checked.files[0], warnings=checked.all.warnings)] if len(checked.files) == 1 else checked.files
    blocks = [_describe_file(account, catalogue) for account in own if account.file not in passed_over]
    if passed_over:
        blocks.append(f"And {len(passed_over):,} more files that are not used; --json (make check JSON=1) lists them")
    if len(checked.files) > 1:
        shown = {warning for account in checked.files for warning in account.warnings}
        together = replace(checked.all, warnings=[words for words in checked.all.warnings if words not in shown])
        blocks.append("\n".join(["All together", *_describe_figures(together)]))
    ending = "It would be used." if checked.is_usable else "Refused."
    return "\n\n".join([*blocks, ending])


def _describe_file(account: Account, catalogue: Mapping[str, Source]) -> str:
    lines = [account.file]
    if account.source is not None:
        source = catalogue[account.source]
        lines.append(f"  taken for:     {source.key}, {source.title}")
        lines.append(f"  because:       {account.why}")
        lines.append(f"  edition:       {source.vintage}")
    return "\n".join([*lines, *_describe_figures(account)])


def _describe_figures(account: Account) -> list[str]:
    lines = []
    if account.lsoa_vintage is not None:
        lines.append(f"  LSOA codes:    {account.lsoa_vintage}")
    if account.rows_in or account.error is None:
        aside = sum(account.rows_set_aside.values())
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(account.rows_set_aside.items()))
        lines.append(f"  rows in:       {account.rows_in:,}")
        lines.append(f"  rows kept:     {account.rows_kept:,}")
        lines.append(f"  excluded:      {aside:,}" + (f" ({reasons})" if reasons else ""))
    if account.months:
        months = sorted(account.months)
        lines.append(f"  months:        {months[0]} to {months[-1]}")
        lines += [f"    {month}      {account.months[month]:,}" for month in months]
    if account.totals:
        lines.append("  sums:")
        lines += [f"    {name}: {value:,}" for name, value in list(account.totals.items())[:SHOWN_TOTALS]]
        if len(account.totals) > SHOWN_TOTALS:
            lines.append(f"    and {len(account.totals) - SHOWN_TOTALS} more columns")
    lines += [f"  warning:       {warning}" for warning in account.warnings]
    if account.error is not None:
        lines.append("  refused:")
        lines += [f"    {line}" for line in account.error.splitlines()]
    return lines
