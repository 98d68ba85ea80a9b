"""Where customers live."""

from typing import NamedTuple


class Place(NamedTuple):
    """A place, how it is settled, and its share of the customers."""

    country: str
    region: str
    city: str
    settlement: str
    share: float

    @property
    def language(self) -> str:
        """Language that feedback from here is mostly in."""
        return "zh" if self.country == "CN" else "en"


PLACES = (
    Place("CN", "Shanghai", "Shanghai", "urban", 0.11),
    Place("CN", "Beijing", "Beijing", "urban", 0.09),
    Place("CN", "Guangdong", "Shenzhen", "urban", 0.08),
    Place("CN", "Zhejiang", "Hangzhou", "urban", 0.06),
    Place("CN", "Sichuan", "Leshan", "suburban", 0.05),
    Place("CN", "Hubei", "Enshi", "rural", 0.03),
    Place("CN", "Fujian", "Nanping", "rural", 0.03),
    Place("GB", "England", "London", "urban", 0.08),
    Place("GB", "England", "Guildford", "suburban", 0.06),
    Place("GB", "Wales", "Brecon", "rural", 0.03),
    Place("US", "California", "Oakland", "urban", 0.07),
    Place("US", "Texas", "Plano", "suburban", 0.07),
    Place("US", "Vermont", "Chester", "rural", 0.04),
    Place("SG", "Singapore", "Singapore", "urban", 0.08),
    Place("IE", "Leinster", "Dublin", "urban", 0.06),
    Place("IE", "Connacht", "Clifden", "rural", 0.06),
)
