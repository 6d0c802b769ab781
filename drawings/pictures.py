"""All the pictures of the course "A History of AI", by the name of their file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from drawings import (
    agent_steps,
    attention,
    compute_growth,
    error_bars,
    exclusive_or,
    fading_error,
    false_alarms,
    first_winter,
    five_digits,
    imagenet_error,
    model_neuron,
    thinking_timeline,
    widest_street,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PICTURES"]

PICTURES: Final[dict[str, Callable[[], bytes]]] = {
    "thinking-timeline.png": thinking_timeline.draw,
    "model-neuron.png": model_neuron.draw,
    "exclusive-or.png": exclusive_or.draw,
    "first-winter.png": first_winter.draw,
    "fading-error.png": fading_error.draw,
    "widest-street.png": widest_street.draw,
    "imagenet-error.png": imagenet_error.draw,
    "attention-head.png": attention.draw_head,
    "attention-shares.png": attention.draw_shares,
    "compute-growth.png": compute_growth.draw,
    "five-digits.png": five_digits.draw,
    "agent-steps.png": agent_steps.draw,
    "false-alarms.png": false_alarms.draw,
    "error-bars.png": error_bars.draw,
}
