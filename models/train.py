"""Trains the recogniser of the moderation test card, exports it as ONNX and measures it.

    python3 -m venv /tmp/venv-train && /tmp/venv-train/bin/pip install -r models/requirements.txt
    /tmp/venv-train/bin/python models/train.py            # all of it
    /tmp/venv-train/bin/python models/train.py --measure  # only measures the ONNX file again

Writes `moderation-test-card.onnx`, `.json` and `accuracy.md` beside itself. Fixed seeds; measuring is
done with the exported file, on pictures that the training never saw. Needs ffmpeg for the held-out
videos.
"""

import argparse
import json
import pathlib
import time

import numpy as np

import measure
from pictures import CHANGES, NEGATIVES, SIDE, card_picture, other_picture, squeeze

HERE = pathlib.Path(__file__).resolve().parent
NAME = "moderation-test-card"
VERSION = "1"
MEAN, DEVIATION = [0.5, 0.5, 0.5], [0.25, 0.25, 0.25]
TRAINING_SEED = 20
CARD_PICTURES, OTHER_PICTURES = 12_000, 14_000
# Beyond the promised ranges, so that their edges are not the edges of what was learnt.
SLACK = 0.05
HARD = ["near misses: colours", "near misses: layout", "rings", "checkers"]
CHANNELS = [3, 16, 24, 32, 48, 64]
STRIDES = [2, 2, 2, 1, 2]
EPOCHS, BATCH, RATE, DECAY = 12, 64, 2e-3, 1e-4


def draw_training_set():
    """Pictures as bytes, and 1 where the card is."""
    rng = np.random.default_rng(TRAINING_SEED)
    pictures, labels = [], []
    for i in range(CARD_PICTURES):
        change = "everything" if i % 3 == 0 else CHANGES[i % len(CHANGES)]
        pictures.append(squeeze(rng, card_picture(rng, change, slack=SLACK)))
        labels.append(1)
    kinds = list(NEGATIVES) + HARD * 2
    for i in range(OTHER_PICTURES):
        pictures.append(squeeze(rng, other_picture(rng, kinds[i % len(kinds)])))
        labels.append(0)
    return np.stack(pictures), np.array(labels, np.float32)


def first_weights():
    """Kernels of the convolutions as [out, in, 3, 3], then the last layer."""
    rng = np.random.default_rng(TRAINING_SEED + 1)
    weights = []
    for before, after in zip(CHANNELS, CHANNELS[1:]):
        spread = np.sqrt(2 / (before * 9))
        kernel = rng.normal(0, spread, (after, before, 3, 3)).astype(np.float32)
        weights += [kernel, np.zeros(after, np.float32)]
    last = rng.normal(0, 0.05, (2 * CHANNELS[-1], 1)).astype(np.float32)
    return weights + [last, np.zeros(1, np.float32)]


def logits(weights, pictures):
    """The network: convolutions, then the mean and the maximum of every channel, then one number."""
    import jax
    import jax.numpy as jnp

    layer = pictures
    for i, stride in enumerate(STRIDES):
        layer = jax.lax.conv_general_dilated(layer, weights[2 * i], (stride, stride), ((1, 1), (1, 1)))
        layer = jax.nn.relu(layer + weights[2 * i + 1][None, :, None, None])
    pooled = jnp.concatenate([layer.mean(axis=(2, 3)), layer.max(axis=(2, 3))], axis=1)
    return (pooled @ weights[-2] + weights[-1])[:, 0]


def loss(weights, pictures, labels):
    """Cross entropy, with labels drawn a hair towards the middle against overconfidence."""
    import jax.numpy as jnp

    x = logits(weights, pictures)
    aimed = labels * 0.998 + 0.001
    return jnp.mean(jnp.logaddexp(0, x) - aimed * x)


def prepare(rng, pictures):
    """Bytes to the model's input, mirrored and tinted slightly by chance."""
    floats = pictures.astype(np.float32).transpose(0, 3, 1, 2) / 255
    mirrored = rng.random(len(floats)) < 0.5
    floats[mirrored] = floats[mirrored, :, :, ::-1]
    floats = np.clip(floats * rng.uniform(0.94, 1.06, (len(floats), 3, 1, 1)), 0, 1)
    return ((floats - 0.5) / 0.25).astype(np.float32)


def train(pictures, labels):
    """Adam with a rate that falls to nothing along a cosine."""
    import jax
    import jax.numpy as jnp

    @jax.jit
    def step(weights, first, second, batch, wanted, rate, count):
        value, slopes = jax.value_and_grad(loss)(weights, batch, wanted)
        first = [0.9 * m + 0.1 * g for m, g in zip(first, slopes)]
        second = [0.999 * v + 0.001 * g * g for v, g in zip(second, slopes)]
        scale = jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        weights = [
            w * (1 - rate * DECAY) - rate * scale * m / (jnp.sqrt(v) + 1e-8)
            for w, m, v in zip(weights, first, second)
        ]
        return weights, first, second, value

    rng = np.random.default_rng(TRAINING_SEED + 2)
    weights = first_weights()
    first, second = [0 * w for w in weights], [0 * w for w in weights]
    steps_per_epoch = len(labels) // BATCH
    total, count = EPOCHS * steps_per_epoch, 0
    for epoch in range(EPOCHS):
        order, losses, began = rng.permutation(len(labels)), [], time.time()
        for i in range(steps_per_epoch):
            chosen = order[i * BATCH : (i + 1) * BATCH]
            count += 1
            rate = RATE * 0.5 * (1 + np.cos(np.pi * count / total)) * min(1, count / 200)
            weights, first, second, value = step(
                weights, first, second, prepare(rng, pictures[chosen]), labels[chosen], rate, float(count)
            )
            losses.append(value)
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.5f}, {time.time() - began:.0f} s", flush=True)
    return [np.asarray(w) for w in weights]


def export(weights):
    """The network as ONNX, node by node, for one picture at a time."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    nodes, values, layer = [], [], "frames"
    for i, stride in enumerate(STRIDES):
        values += [
            numpy_helper.from_array(weights[2 * i], f"kernel{i}"),
            numpy_helper.from_array(weights[2 * i + 1], f"bias{i}"),
        ]
        nodes += [
            helper.make_node(
                "Conv",
                [layer, f"kernel{i}", f"bias{i}"],
                [f"conv{i}"],
                kernel_shape=[3, 3],
                pads=[1, 1, 1, 1],
                strides=[stride, stride],
            ),
            helper.make_node("Relu", [f"conv{i}"], [f"relu{i}"]),
        ]
        layer = f"relu{i}"
    values += [numpy_helper.from_array(weights[-2], "weights"), numpy_helper.from_array(weights[-1], "bias")]
    nodes += [
        helper.make_node("GlobalAveragePool", [layer], ["mean"]),
        helper.make_node("GlobalMaxPool", [layer], ["most"]),
        helper.make_node("Concat", ["mean", "most"], ["pooled"], axis=1),
        helper.make_node("Flatten", ["pooled"], ["flat"], axis=1),
        helper.make_node("Gemm", ["flat", "weights", "bias"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["risk"]),
    ]
    graph = helper.make_graph(
        nodes,
        NAME,
        [helper.make_tensor_value_info("frames", TensorProto.FLOAT, [1, 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("risk", TensorProto.FLOAT, [1, 1])],
        values,
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="popnet models/train.py"
    )
    model.ir_version = 8
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, HERE / f"{NAME}.onnx")


def describe():
    """The description that the screener reads beside the model."""
    description = {
        "name": NAME,
        "version": VERSION,
        "input": {
            "name": "frames",
            "width": SIDE,
            "height": SIDE,
            "channels": "rgb",
            "mean": MEAN,
            "std": DEVIATION,
        },
        "output": "risk",
        "categories": [NAME],
    }
    (HERE / f"{NAME}.json").write_text(json.dumps(description, indent="\t") + "\n")


def main():
    """Command line."""
    arguments = argparse.ArgumentParser(description="Trains and measures the recogniser of the test card.")
    arguments.add_argument("--measure", action="store_true", help="measure the existing ONNX file only")
    if not arguments.parse_args().measure:
        began = time.time()
        pictures, labels = draw_training_set()
        print(f"drew {len(labels)} pictures in {time.time() - began:.0f} s", flush=True)
        export(train(pictures, labels))
        describe()
    measure.report(HERE / f"{NAME}.onnx", HERE / "accuracy.md")


if __name__ == "__main__":
    main()
