"""Pictures: what they must say can be read off their parts."""

import io

from tests.training.clustering.blobs import CENTRES, QUICK, blobs, clustering
from training.clustering.pictures import plot_choice, plot_profiles

FITTED = clustering(blobs(*CENTRES[:3], size=60))


def test_the_choice_shows_every_number_of_clusters_and_marks_the_one_chosen() -> None:
    upper, lower = plot_choice(FITTED, QUICK).axes

    assert upper.lines[0].get_xdata().tolist() == [2, 3, 4, 5, 6, 7, 8]  # type: ignore[union-attr]
    assert upper.lines[0].get_ydata().tolist() == [one.stability for one in FITTED.tried]  # type: ignore[union-attr]
    assert lower.lines[0].get_ydata().tolist() == [one.silhouette for one in FITTED.tried]  # type: ignore[union-attr]
    assert upper.lines[-1].get_xdata()[0] == 3  # type: ignore[index]


def test_profiles_show_clusters_by_inputs_with_sizes_and_typical_values() -> None:
    heat, _ = plot_profiles(FITTED).axes

    assert heat.images[0].get_array().shape == (3, 3)  # type: ignore[union-attr]
    assert "cluster_1, 33%" in heat.get_yticklabels()[0].get_text()
    assert "EUR" in heat.texts[2].get_text()


def test_pictures_can_be_written() -> None:
    for figure in (plot_choice(FITTED, QUICK), plot_profiles(FITTED)):
        file = io.BytesIO()
        figure.savefig(file)
        assert file.getvalue().startswith(b"\x89PNG")
