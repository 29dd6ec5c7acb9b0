"""Pages tell the truth: links lead somewhere, decisions are listed, nothing tells of a strange machine."""

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
MARKED = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
# Spelled apart, so that this file does not say them itself.
STRANGE = re.compile(
    "|".join(
        [
            r"(?<![\w.~-])/(?:work|root)" + "/",
            "session's " + "machine",
            r"https?://[^\s\"'<>)]*(?:"
            + "|".join(["py" + r"pi\.", "python" + "hosted", "npm" + "js", "/simple/"])
            + ")",
            r"\b(?:"
            + "|".join(["nex" + "us", "artifac" + "tory", "clau" + "de", "anth" + "ropic", "chat" + "gpt"])
            + r")\b",
        ]
    ),
    re.IGNORECASE,
)


def tracked() -> list[Path]:
    """The files of the repository; without git those of the folder that are nobody's cache."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        hidden = {".venv", ".git", "var", "build", "node_modules"}
        found = [path for path in ROOT.rglob("*") if not hidden & set(path.relative_to(ROOT).parts)]
    else:
        found = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in found if path.is_file()]


def text_of(path: Path) -> str:
    """The file as text; nothing of what is no text."""
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", "ignore")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    heads = [
        re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", head) for head in re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    ]
    return {re.sub(r"[^\w\- ]", "", head.strip().lower()).replace(" ", "-") for head in heads}


def broken(page: Path) -> list[str]:
    """The relative links of a page that lead nowhere."""
    links = LINK.findall(MARKED.sub("", page.read_text("utf-8")))
    return [link for link in links if "://" not in link and not leads_somewhere(page, unquote(link))]


def leads_somewhere(page: Path, link: str) -> bool:
    place, _, anchor = link.partition("#")
    target = (page.parent / place).resolve() if place else page
    if not target.exists() or (page.is_relative_to(ROOT) and not target.is_relative_to(ROOT)):
        return False
    return not anchor or target.suffix != ".md" or anchor in anchors(target)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_somewhere(page: Path):
    assert broken(page) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(
        "# One\n\n[gone](gone.md) [here](#one) [away](https://example.org) [nowhere](#two) `[code](code.md)`\n"
    )

    assert broken(page) == ["gone.md", "#two"]


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda page: page.name)
def test_every_decision_is_listed_under_its_title(decision: Path):
    title = re.match(r"# (\d+)\. (.+)", decision.read_text("utf-8"))

    assert title is not None
    assert int(title[1]) == int(decision.name[:4])
    assert f"| [{title[1]}]({decision.name}) | {title[2]} |" in (ROOT / "docs/adr/README.md").read_text("utf-8")


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda page: page.name)
def test_every_decision_tells_its_context_and_consequences(decision: Path):
    text = decision.read_text("utf-8")

    assert [part for part in ("**Context.**", "**Decision.**", "**Consequences.**") if part not in text] == []


def test_every_page_of_documentation_can_be_found_from_its_index():
    seen, ahead = set(), [ROOT / "docs/README.md"]
    while ahead:
        page = ahead.pop()
        if page not in seen:
            seen.add(page)
            links = (link.partition("#")[0] for link in LINK.findall(page.read_text("utf-8")))
            ahead += [
                found for link in links if (found := (page.parent / link).resolve()).suffix == ".md" and found.is_file()
            ]

    assert [page.relative_to(ROOT).as_posix() for page in (ROOT / "docs").rglob("*.md") if page not in seen] == []


def test_the_project_stands_alone():
    told = [f"{path.relative_to(ROOT)}: {found[0]}" for path in tracked() for found in STRANGE.finditer(text_of(path))]

    assert told == []


def test_a_strange_machine_would_be_noticed():
    words = ["see /" + "work/main", "/" + "root/.cache", "https://py" + "pi.org/simple/", "written by Clau" + "de"]

    assert [word for word in words if not STRANGE.search(word)] == []


def test_the_changelog_has_a_place_for_what_comes_next():
    assert re.search(r"^## Unreleased$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
