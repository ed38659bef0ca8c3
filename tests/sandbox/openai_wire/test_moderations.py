"""The moderation endpoint, as the SDK's typed responses read it."""

from __future__ import annotations

import openai
import pytest


def test_texts_are_judged_in_their_order_and_for_free(provider):
    found = provider.client.moderations.create(
        model="omni-moderation-latest", input=["A fine day.", "I will murder him."]
    )

    assert [one.flagged for one in found.results] == [False, True]
    assert found.results[1].categories.violence
    assert found.results[1].category_scores.violence > 0.9 > found.results[0].category_scores.violence
    assert provider.bill()["requests"] == 0


@pytest.mark.parametrize("wrong", [{"model": "gpt-4o"}, {"input": []}, {"input": [7]}])
def test_a_wrong_model_or_no_text_is_refused(provider, wrong):
    with pytest.raises((openai.NotFoundError, openai.BadRequestError)):
        provider.client.moderations.create(**{"model": "omni-moderation-latest", "input": "a", **wrong})
