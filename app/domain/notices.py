"""How applicants are told: by the way they asked for, else by those that reach them (KRG-31, KST-S04.2)."""

from typing import Final

WISHES: Final = ("email", "sms", "phone", "post", "portal")
PAPER: Final = ("post", "portal")
"""A letter made to be sent by a person: by post, or through the applicant's cabinet of the portal."""
BY_HAND: Final = ("phone", *PAPER)
NEEDS: Final = {"email": "email", "sms": "phone", "phone": "phone", "post": "address"}
"""What must be known of the applicant for a way."""
_IN_WRITING: Final = ("email", *PAPER)


def channels(wish: str, *, email: bool, phone: bool, texted: bool = True, papers: bool = False) -> list[str]:
    """The ways of one notice, one of them at least.

    Without a wish these are e-mail and SMS as far as known. A way that does not reach her gives way to e-mail, or to
    the post. `texted`: the notice has a short form for SMS. `papers`: a document goes with it, as with a reasoned
    refusal; then who asked for SMS or a call gets it in writing besides.
    """
    reaches = {"email": email, "sms": phone and texted, "phone": phone, "post": True, "portal": True}
    chosen = [each for each in ((wish,) if wish in WISHES else ("email", "sms")) if reaches[each]]
    if not chosen or (papers and wish in ("sms", "phone") and not set(chosen) & set(_IN_WRITING)):
        chosen.append("email" if email else "post")
    return chosen
