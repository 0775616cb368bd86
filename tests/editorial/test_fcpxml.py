"""FCPXML gives the markers that Final Cut shows on the timeline, at their times."""

from fractions import Fraction

import pytest

from clavilux import editorial
from clavilux.core.errors import DocumentError
from clavilux.editorial.hits import read_markers

RESOURCES = """<resources>
<format id="r1" frameDuration="1/25s"/>
<asset id="r2" name="a" start="0s" duration="60s" src="file:///a.mov"/>
<asset id="r3" name="tc" start="3600s" duration="60s" src="file:///b.mov"/>
<media id="r4"><sequence format="r1" duration="20s"><spine>
<asset-clip ref="r2" offset="0s" duration="20s"><marker start="1s" value="inside"/></asset-clip>
</spine></sequence></media></resources>"""


def document(spine, *, start="0s", version="1.9", around=("<library>", "</library>"), extra=""):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n<fcpxml version="{version}">'
        f"{RESOURCES}{extra}{around[0]}<event><project name='p'>"
        f'<sequence format="r1" duration="20s" tcStart="{start}"><spine>{spine}</spine></sequence>'
        f"</project></event>{around[1]}</fcpxml>"
    )


def times(tmp_path, text, encoding="utf-8", duration=Fraction(20)):
    path = tmp_path / "cut.fcpxml"
    path.write_bytes(text.encode(encoding))
    return read_markers(path, Fraction(25), duration)


def clip(offset="0s", start="0s", inside='<marker start="5s"/>', tag="asset-clip", more=""):
    return (
        f'<{tag} ref="r2" offset="{offset}" start="{start}" duration="10s" {more}>{inside}</{tag}>'
    )


MARK = '<marker start="5s" duration="1/25s" value="m"/>'
TIMELINES = {
    "one clip": (clip(), (5.0,)),
    "two clips": (clip() + clip("10s", "40s", '<marker start="42s"/>'), (5.0, 12.0)),
    "cut off before and after": (clip(start="4s", inside=MARK + '<marker start="3s"/>'
                                      '<marker start="40s"/>'), (1.0,)),
    "chapter and to-do markers": (clip(inside='<chapter-marker start="2s" posterOffset="1s"/>'
                                       '<marker start="3s" completed="0"/>'), (2.0, 3.0)),
    "keywords and ratings are none": (clip(inside=f'<keyword start="1s" duration="3s" value="k"/>'
                                           f'<rating start="2s" value="favorite"/>{MARK}'), (5.0,)),
    "a gap": (
        '<gap offset="0s" start="3600s" duration="10s"><marker start="3607s"/></gap>', (7.0,)),
    "connected to a clip": (clip(start="40s", inside=(
        '<asset-clip ref="r2" lane="1" offset="42s" start="8s" duration="4s">'
        '<marker start="9s"/><marker start="13s"/></asset-clip>')), (3.0,)),
    "connected, beyond its parent's end": (clip(inside=(
        '<asset-clip ref="r2" lane="1" offset="8s" duration="6s"><marker start="5s"/></asset-clip>'
    )), (13.0,)),
    "a connected storyline": ('<gap offset="0s" start="3600s" duration="20s">'
        '<spine lane="1" offset="3604s"><asset-clip ref="r2" offset="2s" start="10s" duration="5s">'
        '<marker start="11s"/></asset-clip></spine></gap>', (7.0,)),
    "a synchronised clip": ('<sync-clip offset="2s" start="1s" duration="10s"><spine>'
        '<asset-clip ref="r2" offset="0s" duration="20s"><marker start="4s"/></asset-clip></spine>'
        '<marker start="6s"/></sync-clip>', (5.0, 7.0)),
    "a compound clip": ('<ref-clip ref="r4" offset="3s" start="2s" duration="10s">'
        '<marker start="4s"/><marker start="1s"/></ref-clip>', (5.0,)),
    "a multicam clip": ('<mc-clip ref="r4" offset="3s" start="2s" duration="10s">'
        '<mc-source angleID="a"/><marker start="4s"/></mc-clip>', (5.0,)),
    "the chosen clip of an audition": (f'<audition>{clip(inside=MARK)}'
        f'{clip(inside=chr(60) + "marker start=" + chr(34) + "6s" + chr(34) + "/>")}</audition>',
        (5.0,)),
    "a clip whose media starts at an hour": (
        '<asset-clip ref="r3" offset="2s" duration="10s"><marker start="3604s"/></asset-clip>',
        (6.0,)),
    "a clip with its video and sound": ('<clip offset="2s" start="1s" duration="10s"><video '
        'offset="0s" ref="r2" duration="30s"><audio lane="-1" offset="0s" duration="30s"/></video>'
        '<marker start="5s"/></clip>', (6.0,)),
    "a title": ('<title ref="r9" offset="2s" start="3600s" duration="5s"><text/>'
        '<marker start="3601s"/></title>', (3.0,)),
}  # fmt: skip


@pytest.mark.parametrize("case", TIMELINES)
def test_what_the_timeline_shows_is_read(tmp_path, case):
    spine, expected = TIMELINES[case]

    assert times(tmp_path, document(spine)) == expected


@pytest.mark.parametrize("version", ["1.0", "1.8", "1.10", "1.13"])
@pytest.mark.parametrize("around", [("<library>", "</library>"), ("", "")])
def test_every_version_is_read(tmp_path, version, around):
    assert times(tmp_path, document(clip(), version=version, around=around)) == (5.0,)


@pytest.mark.parametrize("start", ["3600s", "108108/30s", "86400s", "-5s"])
def test_times_count_from_the_sequences_start_time_code(tmp_path, start):
    assert times(tmp_path, document(clip(offset=start), start=start)) == (5.0,)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("declared", ["UTF-8", "UTF-16"])
def test_encodings_are_read_whatever_is_declared(tmp_path, encoding, declared):
    text = document(clip()).replace('encoding="UTF-8"', f'encoding="{declared}"')

    assert times(tmp_path, text, encoding) == (5.0,)


def test_clips_of_the_browser_do_not_count(tmp_path):
    inside = clip(inside='<marker start="8s"/>')
    browser = f"<event name='browser'>{inside}</event>"

    assert times(tmp_path, document(clip(), extra=browser)) == (5.0,)


def test_a_lone_clip_without_a_project_is_the_film(tmp_path):
    text = f"<fcpxml version='1.9'>{RESOURCES}<event>{clip(start='2s')}</event></fcpxml>"

    assert times(tmp_path, text) == (3.0,)


def test_of_several_projects_the_first_is_read_and_the_others_named(tmp_path):
    text = document(clip())
    project = text[text.index("<project") : text.index("</event>")]
    text = text.replace("</event>", project.replace("'p'", "'other'") + "</event>")

    with pytest.warns(UserWarning, match="2 projects; 'p' is read, not 'other'"):
        assert times(tmp_path, text) == (5.0,)


@pytest.mark.parametrize(
    "time", ["soon", "1/0s", "1e999999999s", "9" * 5000 + "s", "nan", "999999999s", "", "1_0s"]
)
def test_a_time_that_cannot_be_is_refused_in_one_line(tmp_path, time):
    text = document(clip(inside=f'<marker start="{time}"/>'))

    with pytest.raises(DocumentError) as raised:
        times(tmp_path, text)
    assert len(str(raised.value)) < 300


def test_entities_are_refused(tmp_path):
    text = document(clip()).replace("<!DOCTYPE fcpxml>", '<!DOCTYPE f [<!ENTITY a "b">]>')

    with pytest.raises(DocumentError, match="defines XML entities"):
        times(tmp_path, text)


def test_clips_and_frame_rate_are_read(tmp_path):
    path = tmp_path / "cut.fcpxml"
    path.write_text(document(clip("3600s") + clip("3610s", "40s"), start="3600s"))

    timeline = editorial.read(path, frame_rate=Fraction(24))

    assert timeline.frame_rate == 25
    assert timeline.start_timecode == "01:00:00:00"
    assert timeline.cuts == (10,)
    assert timeline.duration == 20
