"""A film gets music of exactly its length, and keeps its pictures."""

import weakref
from fractions import Fraction

import numpy as np
import pytest

from clavilux import media, score
from clavilux.core.errors import InputError
from clavilux.core.values import Size, Sound
from clavilux.pipelines.hear import hear, takes
from clavilux.pipelines.hear_options import HearOptions

N_FRAMES, RATE = 100, Fraction(25)
DURATION_S = float(N_FRAMES / RATE)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Return a film of four seconds with a cut in the middle and a tone for its sound."""
    rng = np.random.default_rng(0)
    tiles = [rng.integers(0, 255, (9, 16, 3)).astype(np.uint8) for _ in range(2)]
    shots = [np.kron(tile, np.ones((8, 8, 1), dtype=np.uint8)) for tile in tiles]

    def pictures():
        for i in range(N_FRAMES):
            yield np.roll(shots[i >= 50], i // 2, axis=1)

    tone = 0.3 * np.sin(np.arange(44_100 * 4) * 2 * np.pi * 440 / 44_100)
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    sound = Sound.from_array(tone.astype(np.float32), 44_100)
    media.write_film(pictures(), path, frame_rate=RATE, size=Size(128, 72), sound=sound)
    return path


def pictures_of(path):
    return [frame.picture for frame in media.open_film(path, pixels="luma")]


def test_the_pictures_stay_bit_for_bit_and_the_sound_is_ours(film, tmp_path):
    scored = hear(film, tmp_path / "scored.mp4")

    np.testing.assert_array_equal(pictures_of(scored), pictures_of(film))
    heard = media.open_sound(scored).read()
    assert abs(len(heard) / 44_100 - DURATION_S) < 0.03
    assert np.abs(heard[: 44_100 * 3]).max() > 0.05
    assert np.abs(heard[-200:]).max() < 0.01


def test_midi_for_a_daw_has_tempo_names_and_markers_at_cuts(film, tmp_path):
    music = score.read(hear(film, tmp_path / "score.mid"))

    assert music.format == 1
    assert music.duration_s == pytest.approx(DURATION_S, abs=2e-3)
    marks = {t.text: t.tick for track in music.tracks for t in track.texts if t.kind == "marker"}
    assert float(music.tempo_map.seconds(marks["cut 1"])) == pytest.approx(2.0, abs=0.05)
    assert marks["part A"] == 0
    assert any(words.startswith("chord ") for words in marks)
    assert all(track.name for track in music.tracks)


def test_a_hit_is_hit(film, tmp_path):
    music = score.read(hear(film, tmp_path / "a.mid", hits=[2.6], instruments="piano"))

    onsets = np.concatenate([music.onsets_s(t.notes) for t in music.tracks])
    assert np.abs(onsets - 2.6).min() <= 1 / RATE


def test_the_films_own_sound_can_stay(film, tmp_path):
    scored = hear(film, tmp_path / "a.mkv", keep_sound=True, duck=True)

    heard = media.open_sound(scored, mono=True).read()[:44_100, 0]
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert abs(np.argmax(spectrum) - 440) <= 3


def test_a_sound_longer_than_its_pictures_is_cut_with_them(film, tmp_path):
    longer = tmp_path / "longer.mkv"
    tone = np.full(44_100 * 5, 0.1, dtype=np.float32)
    media.rescore(film, Sound.from_array(tone, 44_100), longer, duration_s=5.0)

    scored = hear(longer, tmp_path / "a.wav", keep_sound=True)

    assert len(media.open_sound(scored).read()) == 44_100 * DURATION_S


def test_takes_differ_and_the_film_is_watched_once(film, tmp_path, monkeypatch):
    from clavilux import watch

    seen = []
    original = watch.facts
    monkeypatch.setattr(watch, "facts", lambda f, **o: seen.append(f) or original(f, **o))

    one, two = takes(HearOptions(), film, tmp_path / "a.mid", 2)

    assert (one.name, two.name) == ("a-1.mid", "a-2.mid")
    assert one.read_bytes() != two.read_bytes()
    assert len(seen) == 1


def test_what_was_seen_is_let_go_before_music_is_played(film, tmp_path, monkeypatch):
    from clavilux import perform, watch

    watched, alive = [], []
    look, play = watch.facts, perform.synthesise

    def facts(*args, **options):
        found = look(*args, **options)
        watched.append(weakref.ref(found.series["motion"].values))
        return found

    def synthesise(*args, **options):
        alive.append(watched[0]() is not None)
        return play(*args, **options)

    monkeypatch.setattr(watch, "facts", facts)
    monkeypatch.setattr(perform, "synthesise", synthesise)

    hear(film, tmp_path / "a.wav")

    assert alive == [False]


def test_stems_and_a_report_are_written_beside(film, tmp_path):
    hear(
        film,
        tmp_path / "a.wav",
        instruments=["piano", "bass"],
        stems=tmp_path / "stems",
        report=tmp_path / "why.html",
    )

    stems = [media.open_sound(stem).read() for stem in (tmp_path / "stems").glob("*.wav")]
    mix = media.open_sound(tmp_path / "a.wav").read()
    assert len(stems) >= 2
    together = sum(stems)
    loud = np.max(np.abs(mix), axis=1) > 0.01
    alike = np.isclose(together, mix, rtol=0.05, atol=0.005).all(axis=1)
    assert np.mean(alike[loud]) > 0.9  # but where the limiter holds a peak of the mix down
    assert "data:image/png;base64," in (tmp_path / "why.html").read_text()


@pytest.mark.extra("clip")
def test_a_clip_model_that_is_not_there_is_refused(film, tmp_path):
    with pytest.raises(InputError, match="no CLIP model is at"):
        hear(film, tmp_path / "a.mid", clip=str(tmp_path / "nowhere"))


def test_the_film_itself_is_never_written_over(film):
    before = film.read_bytes()

    with pytest.raises(InputError, match="is the film itself"):
        hear(film, film)

    assert film.read_bytes() == before


def test_a_target_without_room_for_sound_is_refused(film, tmp_path):
    with pytest.raises(InputError, match=r"a\.gif: expected a name that ends in"):
        hear(film, tmp_path / "a.gif")


def test_leaving_out_what_never_plays_is_said(film, tmp_path):
    with pytest.warns(UserWarning, match="`without` banjo leaves nothing out.* style piano"):
        hear(film, tmp_path / "a.mid", style="piano", without="banjo")
