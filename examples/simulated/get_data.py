"""Put a simulated company into data/: 4,000 customers over two years."""

from pathlib import Path

from training.simulation.plan import Plan
from training.simulation.simulate import simulate


def main() -> None:
    """Simulate, if data/ is not there yet."""
    data = Path(__file__).parent / "data"
    if not data.exists():
        simulate(Plan(customers=4000), data)
    print(f"{data}: {', '.join(sorted(path.stem for path in data.glob('*.parquet')))}")


if __name__ == "__main__":
    main()
