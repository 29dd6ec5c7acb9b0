"""The picture of a diagram in the page."""

import html
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from app.domain.diagram import Box, Drawing, Flow, Lane, Mark, Node
from app.domain.texts import LANGUAGES, Text
from app.engine.layout import read_drawing
from app.page.diagram import draw
from app.page.diagram_text import widest_word, width, wrapped

SVG = "{http://www.w3.org/2000/svg}"
RECEPTION = Path("processes/kostanay/personal_reception.bpmn")


def node(node_id: str, kind: str = "userTask", name: Text | None = None, **facts: object) -> Node:
    sizes = {"Event": (36, 36), "Gateway": (50, 50)}
    size = next((size for end, size in sizes.items() if kind.endswith(end)), (140, 80))
    box = facts.pop("box", None) or Box(100, 100, *size)
    return Node(node_id, kind, name or Text("", node_id), box, **facts)


def picture(*nodes: Node, marks=None, language="ru", flows=(), lanes=(), around=(), title="Схема") -> etree._Element:
    drawing = Drawing(Box(0, 0, 900, 500), tuple(lanes), nodes, tuple(flows))
    svg = draw(drawing, marks or {}, language, title=title, around=around)
    return etree.fromstring(str(svg).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def texts(svg: etree._Element) -> list[str]:
    return [text.text or "" for text in svg.iter(SVG + "text")]


def with_class(svg: etree._Element, name: str) -> list[etree._Element]:
    return [found for found in svg.iter() if name in (found.get("class") or "").split()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", sorted([*Path("bench").glob("*.bpmn"), *Path("processes").rglob("*.bpmn")]), ids=str)
def test_every_diagram_of_the_house_shows_all_its_names_uncut(path, language):
    drawing = read_drawing(path.read_bytes())

    svg = draw(drawing, {}, language, title=path.stem)

    shown = html.unescape(re.sub(r"</text>\s*<text[^>]*>", " ", svg))
    names = {drawn.name.in_(language) for drawn in (*drawing.nodes, *drawing.lanes, *drawing.flows)}
    assert [name for name in names if name not in shown] == []


def test_a_picture_is_well_formed_and_without_inline_style_or_script():
    svg = draw(read_drawing(RECEPTION.read_bytes()), {}, "kk", title="Жеке қабылдау")

    tree = etree.fromstring(svg)

    assert tree.get("role") == "img"
    assert "style=" not in svg
    assert not [name for found in tree.iter() for name in found.attrib if name.startswith("on")]


def test_names_cannot_bring_markup_into_the_page():
    evil = '<script>alert(1)</script>" onload="x'

    svg = picture(node("a", name=Text("", evil)), marks={"a": Mark("now", performer=evil, due=evil)}, title=evil)

    assert not list(svg.iter(SVG + "script"))
    assert svg[0].text == evil


def test_a_picture_has_a_title_and_a_description_that_it_is_labelled_by():
    marks = {"a": Mark("done"), "b": Mark("now"), "c": Mark("late")}

    svg = picture(node("a"), node("b"), node("c"), node("d"), marks=marks, title="Личный приём")

    assert [svg.get("aria-labelledby"), svg[0].get("id"), svg[1].get("id")] == [
        "diagram-t diagram-d",
        "diagram-t",
        "diagram-d",
    ]
    assert svg[0].text == "Личный приём"
    assert svg[1].text == "Сейчас: b. Просрочено: c. Пройдено: 1 из 4."


def test_the_description_speaks_the_language_of_the_page():
    svg = picture(node("a", name=Text("Хабарлау", "Сообщить")), marks={"a": Mark("late")}, language="kk")

    assert svg[1].text == "Мерзімі өтті: Хабарлау. Өтілді: 0 / 1."


def test_a_name_that_falls_back_to_russian_says_so():
    svg = picture(node("a", name=Text("", "Сообщить")), node("b", name=Text("Тіркеу", "Записать")), language="kk")

    languages = {text.text: text.get("lang") for text in svg.iter(SVG + "text")}

    assert languages == {"Сообщить": "ru", "Тіркеу": None}


def test_states_badges_and_the_check_stand_beside_colour():
    marks = {"a": Mark("done"), "b": Mark("late", performer="Ж. Ахметова", due="срок 23.11")}

    svg = picture(node("a"), node("b"), marks=marks)

    states = [group.get("data-s") for group in svg.iter(SVG + "g") if group.get("data-s")]
    assert states == ["done", "late", "late"]
    assert len(with_class(svg, "ok")) == 1
    assert [text.text for text in with_class(svg, "badge-t")] == ["Ж. Ахметова", "срок 23.11"]


def test_heat_colours_a_node():
    svg = picture(node("a"), marks={"a": Mark(heat=4)})

    assert len(with_class(svg, "heat-4")) == 1


def test_a_link_makes_the_picture_a_group_whose_links_can_be_reached():
    svg = picture(node("a"), marks={"a": Mark("now", href="/tasks/1")})

    link = next(svg.iter(SVG + "a"))
    assert (svg.get("role"), link.get("href")) == ("group", "/tasks/1")


def test_a_non_interrupting_boundary_timer_is_dashed_and_double():
    svg = picture(node("a", "boundaryEvent", event="timer", interrupting=False))

    assert len(with_class(svg, "dash")) == 2
    assert len(with_class(svg, "inner")) == 1
    assert len(with_class(svg, "icon")) == 1


def test_an_end_is_thick_and_a_start_is_single():
    svg = picture(node("a", "startEvent"), node("b", "endEvent"))

    assert len(with_class(svg, "thick")) == 1
    assert not with_class(svg, "inner")


def test_a_thrown_message_is_filled_and_a_caught_one_is_not():
    thrown = picture(node("a", "intermediateThrowEvent", event="message"))
    caught = picture(node("a", "intermediateCatchEvent", event="message"))

    assert [len(with_class(svg, "full")) for svg in (thrown, caught)] == [2, 1]


@pytest.mark.parametrize("kind", ["exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"])
def test_a_gateway_has_its_marker(kind):
    assert len(with_class(picture(node("a", kind)), "strong")) == 1


@pytest.mark.parametrize(
    "kind", ["userTask", "serviceTask", "scriptTask", "sendTask", "manualTask", "businessRuleTask"]
)
def test_a_task_has_the_sign_of_its_kind(kind):
    assert len(with_class(picture(node("a", kind, name=Text("", ""))), "icon")) == 1


def test_several_instances_and_a_collapsed_sub_process_are_marked():
    svg = picture(node("a", repetition="parallel"), node("b", "subProcess", repetition="loop"))

    assert len(with_class(svg, "strong")) == 3


def test_an_expanded_sub_process_is_a_frame_with_its_name_at_the_corner():
    svg = picture(node("a", "subProcess", box=Box(50, 50, 400, 200), expanded=True))

    assert len(with_class(svg, "frame")) == 1
    assert [(text.text, text.get("x")) for text in with_class(svg, "frame-t")] == [("a", "62")]


def flow(kind="sequence", **facts: object) -> Flow:
    return Flow("f", kind, Text("иә", "да"), ((240, 140), (300, 140), (300, 300)), "a", "b", **facts)


def test_a_flow_is_done_between_nodes_that_have_been_reached():
    nodes = (node("a"), node("b", box=Box(250, 300, 140, 80)))

    passed = picture(*nodes, flows=[flow()], marks={"a": Mark("done"), "b": Mark("now")})
    ahead = picture(*nodes, flows=[flow()], marks={"a": Mark("now")})

    assert [path.get("data-s") for path in with_class(passed, "edge") if path.tag == SVG + "path"] == ["done"]
    assert [path.get("data-s") for path in with_class(ahead, "edge") if path.tag == SVG + "path"] == [None]


def test_a_flow_with_a_mark_of_its_own_keeps_it():
    marks = {"a": Mark("done"), "b": Mark("done"), "f": Mark("todo")}

    svg = picture(node("a"), node("b"), flows=[flow()], marks=marks)

    assert not [tip for tip in with_class(svg, "tip") if tip.get("data-s")]


def test_a_flow_has_an_arrowhead_a_name_and_a_slash_where_it_is_the_default():
    plain = picture(flows=[flow()], language="kk")
    default = picture(flows=[flow(default=True)])

    assert (len(with_class(plain, "tip")), texts(plain)) == (1, ["иә"])
    assert len(with_class(default, "edge")) == len(with_class(plain, "edge")) + 1


def test_a_message_flow_is_dashed_and_hollow_and_an_association_has_no_head():
    message, association = picture(flows=[flow("message")]), picture(flows=[flow("association")])

    assert (len(with_class(message, "msg")), len(with_class(message, "hollow"))) == (1, 2)
    assert not with_class(association, "tip")


def test_the_head_of_a_lane_turns_its_name():
    lane = Lane("desk", Text("Қабылдау бөлмесі", "Приёмная"), Box(0, 0, 800, 300))

    svg = picture(lanes=[lane], language="kk")

    turned = next(group for group in svg.iter(SVG + "g") if (group.get("transform") or "").startswith("rotate(-90"))
    assert texts(turned) == ["Қабылдау бөлмесі"]


def test_a_label_does_not_hide_under_the_head_of_its_lane():
    lane = Lane("desk", Text("", ""), Box(0, 0, 800, 300))
    name = Text("", "Поступила просьба о приёме")

    svg = picture(node("a", "startEvent", name=name, box=Box(40, 100, 36, 36)), lanes=[lane])

    line = max(with_class(svg, "label"), key=lambda text: width(text.text or ""))
    assert float(line.get("x", 0)) - width(line.text or "") / 2 >= 30


def test_a_diagram_grows_until_the_longest_name_of_any_language_fits():
    long = Text("Мемлекеттік органдардың жауапты өкілдерін кеңеске шақыру туралы хабарлама жіберу", "Да", "Yes")

    svgs = [picture(node("a", name=long), language=language) for language in LANGUAGES]

    assert len({svg.get("width") for svg in svgs}) == 1
    assert float(svgs[0].get("width", 0)) > 900
    shape = with_class(svgs[0], "node")[0]
    assert all(width(line) <= float(shape.get("width", 0)) for line in texts(svgs[0]))
    top, bottom = float(shape.get("y", 0)), float(shape.get("y", 0)) + float(shape.get("height", 0))
    assert all(top < float(text.get("y", 0)) < bottom for text in svgs[0].iter(SVG + "text"))


def test_a_part_is_drawn_as_large_as_the_whole():
    drawing = read_drawing(RECEPTION.read_bytes())

    whole = draw(drawing, {}, "kk", title="x")
    part = draw(drawing, {}, "kk", title="x", around={"analyse_materials"})

    names = ["Материалдарды", "талдау"]
    assert all(name in part for name in names)
    assert len(part) < len(whole) / 4
    assert re.findall(r'<rect class="node" [^>]*width="([\d.]+)"', part)[0] in whole


def test_pictures_of_one_page_have_different_ids():
    drawing = Drawing(Box(0, 0, 100, 100), (), (node("a"),), ())

    one, two = (draw(drawing, {}, "ru", title="x", picture_id=name) for name in ("one", "two"))

    assert not set(re.findall(r'id="([^"]+)"', one)) & set(re.findall(r'id="([^"]+)"', two))


@given(st.lists(st.text(alphabet="абвгдежзиқңөұүһі-abc", min_size=1, max_size=30), max_size=12), st.integers(40, 300))
def test_wrapping_loses_nothing_and_keeps_to_its_room(words, room):
    text = " ".join(words)

    lines = wrapped(text, room)

    together = "".join(lines).replace("-", "").replace(" ", "")
    assert together == text.replace("-", "").replace(" ", "")
    assert all(width(line) <= room or widest_word(line) > room * 0.8 for line in lines)


def test_lines_of_a_name_are_about_equally_long():
    lines = wrapped("Предложить заявителю дополнить данные", 150)

    assert lines == ["Предложить заявителю", "дополнить данные"]


def test_a_word_wider_than_its_room_is_divided_with_a_hyphen():
    lines = wrapped("қамтамасыздандырылмағандықтан", 90)

    assert len(lines) > 1
    assert all(line.endswith("-") for line in lines[:-1])
    assert all(width(line) <= 90 for line in lines)
