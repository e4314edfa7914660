"""What a run of the canaries came to, and what of it is not as promised."""

from dataclasses import dataclass, field

from tests.canaries import people


@dataclass(slots=True)
class Outcome:
    """What a run came to; `found` names the forms of the canary by the file that they stand in."""

    people: int
    records: int
    seconds: float = 0.0
    kills: int = 0
    letters: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    scanned_bytes: int = 0
    found: dict[str, set[str]] = field(default_factory=dict)
    controls: dict[str, bool] = field(default_factory=dict)

    @property
    def findings(self) -> list[str]:
        """Return in words all that is not as promised, and every control that did not hold."""
        poison, left, refused = self.people // 100, self.people // 50, len(people.TROUBLES)
        expected = {
            "present": self.people - poison - left - refused,
            "deleted": left,
            "erased": 0,
            "letters": poison + refused,
        }
        found = [f"{file}: {', '.join(sorted(forms))}" for file, forms in self.found.items()]
        found += [f"not found: {what}" for what, is_there in self.controls.items() if not is_there]
        if self.rows != expected:
            found.append(f"{self.rows} instead of {expected}")
        if self.letters < expected["letters"]:
            found.append(f"{self.letters} dead letters on the topic")
        return found
