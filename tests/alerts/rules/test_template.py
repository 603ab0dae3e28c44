"""Texts with values in them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules.template import (
    LENGTH_LIMIT,
    RENDERED_LIMIT,
    TemplateError,
    parse_template,
    render,
    with_labels_renamed,
)

LABELS = {"host": "web1", "mount": "/srv", "number": "1500"}


def text(template: str, value: float = 85.333333) -> str:
    return render(parse_template(template), LABELS, value)


@pytest.mark.parametrize(
    ("template", "rendered"),
    [
        ("no values", "no values"),
        ("{{ $labels.host }}{{$labels.mount}}", "web1/srv"),
        ("{{ .Labels.host }}: {{ .Value }}", "web1: 85.3333"),
        ("{{ $labels.none }}.", "."),
        ("{{ $labels }}", 'host="web1", mount="/srv", number="1500"'),
        ('{{ $value | printf "%.2f" }} %', "85.33 %"),
        ('{{ printf "%.1f%%" $value }}', "85.3%"),
        ('{{ printf "%6.1f|" $value }}', "  85.3|"),
        ('{{ printf "%d" $value }}', "85"),
        ('{{ printf "%v" $value }}', "85.3333"),
        ('{{ printf "%-6s|" $labels.host }}', "web1  |"),
        ('{{ printf "%.1f" $labels.host }}', "web1"),
        ("{{ $labels.number | humanize }}", "1.5k"),
        ("{{ humanize $labels.host }}", "web1"),
        ('{{ $value | humanize | printf "about %s" }}', "about 85.33"),
        ("a {{- $labels.host -}} b", "aweb1b"),
        ("a {{/* a comment */}}b", "a b"),
        ('{{ "{{" }} and {{ `}}` }}', "{{ and }}"),
        ("a }} b { c", "a }} b { c"),
    ],
)
def test_values_are_put_in(template: str, rendered: str) -> None:
    assert text(template) == rendered


@pytest.mark.parametrize(
    "template",
    [
        "{{ range .Labels }}x{{ end }}",
        '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}',
        '{{ template "a" }}',
        '{{ block "a" . }}x{{ end }}',
        '{{ with query "up" }}{{ . | first | value }}{{ end }}',
        '{{ query "up" }}',
        "{{ if gt $value 5.0 }}x{{ end }}",
        "{{ $x := 5 }}",
        "{{ $labels.host | toUpper }}",
        '{{ $labels.host | reReplaceAll "a" "b" }}',
        "{{ $externalLabels.cluster }}",
        "{{ $value.x }}",
        '{{ index $labels "a" }}',
        "{{ (humanize $value) }}",
        "{{ 5 }}",
        "{{ . }}",
        "{{ }}",
        "{{ $value | }}",
        "{{ | humanize }}",
        "{{ $value $value }}",
        "{{ $value | printf }}",
        '{{ printf "%n" $value }}',
        '{{ printf "%999999999f" $value }}',
        '{{ printf "%.999f" $value }}',
        '{{ printf "%f %f" $value }}',
        '{{ printf "%*d" $value }}',
        "{{ $value",
        '{{ "}} }}',
        "x" * (LENGTH_LIMIT + 1),
        "{{ $value }}" * 101,
    ],
)
def test_what_does_more_than_that_is_refused(template: str) -> None:
    with pytest.raises(TemplateError):
        parse_template(template)


def test_a_value_that_looks_like_a_template_is_a_text() -> None:
    labels = {"host": "{{ $value }}{{ $labels.host }}"}
    assert render(parse_template("{{ $labels.host }}"), labels, 5) == "{{ $value }}{{ $labels.host }}"
    assert render(parse_template('{{ $labels.host | printf "%s%%" }}'), {"host": "%d%s"}, 5) == "%d%s%"


def test_a_value_cannot_move_a_cursor_or_hide() -> None:
    assert render(parse_template("{{ $labels.host }}"), {"host": "a\x1b[2J\n\u202eb"}, 5) == "a\ufffd[2J \ufffdb"


def test_a_value_has_an_end() -> None:
    assert render(parse_template("{{ $labels.a }}!"), {"a": "x" * 10_000}, 5) == "x" * 254 + "…!"


def test_a_text_has_an_end() -> None:
    long = render(parse_template("{{ $labels.a }}" * 100), {"a": "x" * 10_000}, 5)
    assert len(long) == RENDERED_LIMIT
    assert long.endswith("…")
    assert len(text('{{ $labels.host | printf "%99s" }}')) == 99


@given(st.text(max_size=60), st.floats())
def test_any_text_is_refused_or_rendered(template: str, value: float) -> None:
    try:
        parsed = parse_template(template)
    except TemplateError:
        return
    assert len(render(parsed, LABELS, value)) <= RENDERED_LIMIT


@given(
    st.lists(
        st.sampled_from(["{{", "}}", "$value", "$labels.host", "|", "printf", '"%.1f"', '"', "-", " ", "humanize"]),
        max_size=12,
    )
)
def test_any_pieces_of_templates_are_refused_or_rendered(pieces: list[str]) -> None:
    try:
        parsed = parse_template("".join(pieces))
    except TemplateError:
        return
    assert "{{" not in render(parsed, LABELS, math.inf)


def test_labels_are_renamed_where_they_are_labels() -> None:
    renamed = with_labels_renamed('$labels.a {{ $labels.a }} {{ .Labels.ab }} {{ "$labels.a" }}', {"a": "b"})
    assert renamed == '$labels.a {{ $labels.b }} {{ .Labels.ab }} {{ "$labels.a" }}'
