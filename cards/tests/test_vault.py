"""What is sealed opens again with the right keys and context, and with nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.vault import BadKeyError, BrokenSealError, UnknownKeyError, Vault, VaultError

OLD, NEW, FINGERPRINT_KEY = b"o" * 32, b"n" * 32, b"f" * 32
NUMBER = "4111111111111111"
vault = Vault({"old": OLD}, "old", FINGERPRINT_KEY)


@given(st.text(max_size=200), st.text(max_size=50))
def test_what_is_sealed_opens_again(text: str, context: str) -> None:
    assert vault.open(vault.seal(text, context=context), context=context) == text


def test_the_seal_names_its_version_and_key_and_not_the_number() -> None:
    sealed = vault.seal(NUMBER)

    assert sealed.startswith("v1.old.")
    assert NUMBER not in sealed


def test_the_same_number_is_sealed_differently_each_time() -> None:
    assert vault.seal(NUMBER) != vault.seal(NUMBER)


def test_another_context_does_not_open_it() -> None:
    with pytest.raises(BrokenSealError):
        vault.open(vault.seal(NUMBER, context="one"), context="two")


@given(st.data())
def test_no_altered_seal_opens(data: st.DataObject) -> None:
    sealed = vault.seal(NUMBER)
    # the last letter's spare bits carry nothing
    place = data.draw(st.integers(0, len(sealed) - 2))
    letter = data.draw(st.characters().filter(lambda c: c != sealed[place]))

    with pytest.raises(VaultError):
        vault.open(sealed[:place] + letter + sealed[place + 1 :])


@given(st.text(max_size=100))
def test_no_text_fails_otherwise_than_by_the_vaults_errors(text: str) -> None:
    with pytest.raises(VaultError):
        vault.open(text)
    with pytest.raises(VaultError):
        vault.open(f"v1.old.{text}")


def test_after_rotation_old_seals_open_and_new_ones_use_the_new_key() -> None:
    rotated = Vault({"old": OLD, "new": NEW}, "new", FINGERPRINT_KEY)
    sealed = vault.seal(NUMBER)

    assert rotated.open(sealed) == NUMBER
    assert not rotated.is_current(sealed)
    assert rotated.is_current(rotated.seal(NUMBER))


def test_a_key_that_is_gone_is_said_to_be_unknown() -> None:
    with pytest.raises(UnknownKeyError):
        Vault({"new": NEW}, "new", FINGERPRINT_KEY).open(vault.seal(NUMBER))


def test_a_renamed_key_does_not_open_it() -> None:
    renamed = vault.seal(NUMBER).replace("v1.old.", "v1.new.")

    with pytest.raises(BrokenSealError):
        Vault({"new": OLD}, "new", FINGERPRINT_KEY).open(renamed)


def test_the_error_does_not_carry_the_text() -> None:
    with pytest.raises(BrokenSealError) as caught:
        vault.open(f"v1.old.{NUMBER}")

    assert NUMBER not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_fingerprint_is_the_same_for_the_same_number_whatever_the_sealing_key() -> None:
    rotated = Vault({"new": NEW}, "new", FINGERPRINT_KEY)

    assert rotated.fingerprint(NUMBER) == vault.fingerprint(NUMBER)
    assert vault.fingerprint(NUMBER) != vault.fingerprint("4222222222222")
    assert len(vault.fingerprint(NUMBER)) == 32


def test_the_fingerprint_hangs_on_its_key() -> None:
    other = Vault({"old": OLD}, "old", b"g" * 32)

    assert other.fingerprint(NUMBER) != vault.fingerprint(NUMBER)


@pytest.mark.parametrize(
    ("keys", "current", "fingerprint_key"),
    [
        ({"old": OLD}, "new", FINGERPRINT_KEY),
        ({"old": b"short"}, "old", FINGERPRINT_KEY),
        ({"o.ld": OLD}, "o.ld", FINGERPRINT_KEY),
        ({"old": OLD}, "old", b"short"),
    ],
)
def test_keys_that_do_not_fit_are_refused(
    keys: dict[str, bytes], current: str, fingerprint_key: bytes
) -> None:
    with pytest.raises(BadKeyError):
        Vault(keys, current, fingerprint_key)
