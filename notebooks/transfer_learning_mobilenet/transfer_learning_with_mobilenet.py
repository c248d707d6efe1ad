# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Transfer learning with MobileNet
#
# You have 327 pictures and one question: **is there an alpaca in the picture?**
#
# 327 pictures are far too few to teach a network how to see. So you take one that can see already: MobileNetV2, trained on ImageNet, a collection of 1.3 million pictures in 1000 classes. You keep its eyes, and train only a new answer on top. Then you let its last layers adapt a little.
#
# You write three pieces of code. Everything else is there to be run, looked at and understood.
#
# | exercise | you write | points |
# | --- | --- | --- |
# | **1** | `data_augmenter()`: pictures that never look twice the same | {{ points.data_augmenter }} |
# | **2** | `alpaca_model()`: the pretrained network with a new head | {{ points.alpaca_model }} |
# | **3** | fine-tuning: which layers may change, and how fast | {{ points.fine_tuning }} |
#
# **How to work.** Run the cells from top to bottom (Shift+Enter). Write only between `### START CODE HERE` and `### END CODE HERE`. The first line of each of these three cells, `# UNQ_C1` and so on, is the exercise's mark: leave it where it is. Cells without such lines are the lab's own; those that your answers build on are **locked**, which means that JupyterLab does not let you change them.
#
# Below each exercise a **visible check** tells you at once what is still missing. It is there to help. The points come from **hidden tests**, which run after you have handed in and look closer. Before a result you find a question: guess first, then run the cell, then unfold the answer. A full run takes about two minutes of computing on two cores.
#
# A word that is a link, such as **[batch](#13-Glossary)**, is explained in the glossary at the end.

# %% [markdown]
# ## Objectives
#
# After this lab you can
#
# - load pictures from folders and split them so that **no picture lands in both subsets**: same seed on both sides;
# - keep the model from waiting for the disk: **prefetch**;
# - change pictures at random while training, **augment** them, and measure whether that helps;
# - feed a pretrained network what it was trained on: **reuse its preprocessing**;
# - put a new head on a frozen network, and **fine-tune** its last layers with a small learning rate;
# - say what fine-tuning has gained, and what more training alone would have: a **control**;
# - read the result: probabilities, mistakes, how far 65 pictures can be trusted, and what the network looked at.

# %% [markdown]
# ## 1 Packages
#
# TensorFlow takes a few seconds to start. The helper modules `lab_…` lie beside this notebook; you may read them, and need not.

# %% nbgrader={"grade": false, "grade_id": "packages", "locked": true, "schema_version": 3, "solution": false, "task": false}
import lab_setup  # before TensorFlow: tells Keras where the weights are

with lab_setup.quiet():
    import matplotlib.pyplot as plt
    import numpy as np
    import tensorflow as tf
    import tensorflow.keras.layers as tfl
    from tensorflow.keras.layers import RandomFlip, RandomRotation
    from tensorflow.keras.preprocessing import image_dataset_from_directory

    import lab_checks
    import lab_models

lab_setup.set_seeds(42)
print(f"TensorFlow {tf.__version__}, Keras {tf.keras.__version__}, lab {lab_checks.LAB_VERSION}")

# %% tags=["lesson"]
# The lesson's own helpers: guesses, figures, experiments. Your answers do not need them.
import lab_branches
import lab_data
import lab_diagrams
import lab_experiments
import lab_eyes
import lab_figures
import lab_guess
import lab_messages
import lab_mine
import lab_reading
import lab_results

# %% [markdown]
# ## 2 The pictures
#
# One folder holds a folder for each class, `alpaca` and `not alpaca`. The folder's name is the label.

# %% nbgrader={"grade": false, "grade_id": "constants", "locked": true, "schema_version": 3, "solution": false, "task": false}
BATCH_SIZE = 32
IMG_SIZE = (160, 160)
IMG_SHAPE = IMG_SIZE + (3,)  # height, width, colours
directory = "dataset/"
directory = lab_setup.find_pictures(directory)

# %% [markdown]
# ### 2.1 Two subsets
#
# The model learns from 80 % of the pictures. The other 20 % are kept aside, to see how it does on pictures it has **not** learned from. `image_dataset_from_directory` is called twice, once for each subset. Both calls shuffle the list of files first, and `seed` decides how.

# %% nbgrader={"grade": false, "grade_id": "datasets", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["lazy"]
train_dataset = image_dataset_from_directory(
    directory,
    shuffle=True,
    batch_size=BATCH_SIZE,
    image_size=IMG_SIZE,
    validation_split=0.2,
    subset="training",
    seed=42,
)
validation_dataset = image_dataset_from_directory(
    directory,
    shuffle=True,
    batch_size=BATCH_SIZE,
    image_size=IMG_SIZE,
    validation_split=0.2,
    subset="validation",
    seed=42,
)
class_names = train_dataset.class_names
print("Classes:", dict(enumerate(class_names)))

# %% [markdown]
# **Guess:** both calls have `seed=42`. If the second call had another seed, how many validation pictures would be among the training pictures, too: none, about 20 %, about 80 %, all?

# %% tags=["lesson"]
lab_guess.ask("overlap")

# %% tags=["lesson"]
train_files = set(train_dataset.file_paths)

for seed in (42, 7):
    other = image_dataset_from_directory(
        directory, validation_split=0.2, subset="validation", seed=seed, image_size=IMG_SIZE
    )
    common = train_files & set(other.file_paths)
    print(f"seed={seed}: {len(common)} of {len(other.file_paths)} are training pictures too\n")
lab_guess.measured("overlap", f"{len(common) / len(other.file_paths):.0%} with another seed")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# With another seed the files are shuffled another way, so the last 20 % are a fresh draw from *all* pictures: about 80 % of them were drawn for training too. The model would be tested on what it has learned by heart, and would look far better than it is. Same seed, same order, no overlap.
#
# </details>

# %% [markdown]
# ### 2.2 Look at them
#
# Always look at your data before you model it.

# %% tags=["lesson"]
lab_figures.nine_pictures(train_dataset, class_names)

# %% [markdown]
# **Look:** run the cell again for nine others. Which pictures labelled `not alpaca` would be the hardest to tell apart, and why? Could a model get far with the colour of the background alone?
#
# ### 2.3 What is known of them?
#
# A data set has an origin, an owner, and gaps. Whoever uses it should know them *before* training: no network will tell later.

# %% tags=["lesson"]
lab_data.card([*train_dataset.file_paths, *validation_dataset.file_paths])

# %% [markdown]
# **Check the labels yourself.** Below are 20 training pictures without their labels. Write a letter for each, in order, between the quotes of the cell after them: `a` for alpaca, `n` for not alpaca, `?` where you cannot say. Then run that cell: how often do you agree with the data set? (It is not graded, and you may leave it empty.)

# %% tags=["lesson"]
twenty = lab_data.audit(train_dataset, class_names)

# %% tags=["lesson"]
my_labels = ""  # such as "annaa nn?an nannn aannn"
lab_data.compare_audit(twenty, my_labels)

# %% [markdown]
# ## 3 Reading fast, and reading right
#
# ### 3.1 Prefetch
#
# Each training step needs a **[batch](#13-Glossary)** of pictures: read from disk, decoded, resized. If that happens only when the model asks for it, the model waits. **Prefetching** prepares the next batches while the model is busy with this one.
#
# Below, a step is played by a pause that is as long as reading a batch takes. Such a pause is what the processor sees while a GPU works.
#
# **Guess:** without prefetching a step takes reading + pause. And with it?

# %% tags=["lesson"]
times = lab_experiments.step_times(train_dataset.file_paths, IMG_SIZE)
for name, milliseconds in times.items():
    print(f"{name:>18}: {milliseconds:6.1f} ms a step")
lab_messages.say("\n" + lab_reading.prefetching(*times.values()))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Well below the sum, as long as a core is free: reading hides behind the step, so in the best case only the longer of the two counts. Here both are equally long, so that would be half of the time. On a busy computer, or where the model computes on the same processor that reads the pictures, the two compete and there may be next to no gain.
#
# `tf.data.AUTOTUNE` lets TensorFlow choose how many batches to keep ready. Current Keras prefetches in `image_dataset_from_directory` already; to say it once more does no harm, and it is needed as soon as you add steps of your own after it.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "prefetch", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["lazy"]
AUTOTUNE = tf.data.AUTOTUNE
train_dataset = train_dataset.prefetch(buffer_size=AUTOTUNE)
validation_dataset = validation_dataset.prefetch(buffer_size=AUTOTUNE)

# %% [markdown]
# ### 3.2 The values a network was trained on
#
# A picture's colours are numbers from 0 to 255. MobileNetV2 never saw such numbers: its makers rescaled them first. A pretrained network has to get its pictures **exactly as in its training**, so Keras brings the matching function along.

# %% nbgrader={"grade": false, "grade_id": "preprocess_input", "locked": true, "schema_version": 3, "solution": false, "task": false}
preprocess_input = tf.keras.applications.mobilenet_v2.preprocess_input

# %% [markdown]
# **Guess:** into which range does it bring the values?

# %% tags=["lesson"]
image_batch, label_batch = next(iter(train_dataset))
copied = tf.identity(image_batch)  # a copy, in case the function works in place
lab_figures.value_ranges(image_batch, preprocess_input(copied))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# From −1 (black) through 0 (middle grey) to 1 (white). Other networks were trained with other ranges, such as 0 to 1. Feed a network the wrong range and it still answers, only worse, and no error tells you; section 6.4 measures how much worse. That is why this step belongs *into* the model in Exercise 2: nobody can forget it later.
#
# </details>

# %% [markdown]
# ## 4 Augmentation
#
# An alpaca that looks left is still an alpaca when it looks right, or when the camera was tilted. So you may flip and tilt training pictures at random: the model hardly ever sees quite the same picture twice. The hope is that it learns the animal instead of the photograph. Whether the hope comes true depends on the pictures, and section 6.5 measures it for yours.
#
# The rotation asked for here, by up to 72° to either side, is **more than anybody's camera is tilted**. It was chosen so that you can see it at once, not because it wins.
#
# ### Exercise 1: `data_augmenter` ({{ points.data_augmenter }} points)
#
# Write a function that returns a **new `Sequential` model with exactly two layers**, in this order:
#
# 1. a random flip, left to right only;
# 2. a random rotation by up to 0.2 of a full turn, in either direction.
#
# `RandomFlip` and `RandomRotation` have been imported above.
#
# <details>
# <summary>Hint 1: where to start</summary>
#
# A `Sequential` model is a chain: what goes in runs through its layers one after the other. You can give it a list of layers, or make an empty one and add layers to it.
#
# </details>
# <details>
# <summary>Hint 2: the arguments</summary>
#
# The flip takes a word for its direction. The rotation takes a fraction of a full turn, and one number stands for both directions.
#
# </details>
# <details>
# <summary>Hint 3: the documentation</summary>
#
# [Sequential](https://keras.io/api/models/sequential/), [RandomFlip](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_flip/), [RandomRotation](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_rotation/)
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "data_augmenter", "locked": false, "schema_version": 3, "solution": true, "task": false}
# UNQ_C1
def data_augmenter():
    """Make a Sequential model that flips pictures left to right and rotates them, at random.

    Returns:
        a new tf.keras.Sequential with two layers
    """
    data_augmentation = None

    ### START CODE HERE
    # Make the Sequential model with its two layers and call it `data_augmentation`.
    ### BEGIN SOLUTION
    data_augmentation = tf.keras.Sequential()
    data_augmentation.add(RandomFlip("horizontal"))
    data_augmentation.add(RandomRotation(0.2))
    ### END SOLUTION
    ### END CODE HERE

    return data_augmentation


# %% nbgrader={"grade": true, "grade_id": "test_data_augmenter", "locked": true, "schema_version": 3, "solution": false, "task": false}
lab_checks.check_data_augmenter(globals())

# %% [markdown]
# **Guess:** the next cell sends one picture through your augmenter nine times. Will two results look the same? And would they if `training=False`?

# %% tags=["lesson"]
one_alpaca = image_batch[int(np.argmin(label_batch))]  # the first with label 0, alpaca
lab_figures.nine_augmentations(data_augmenter(), one_alpaca)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Nine draws, nine pictures. With `training=False`, the way a finished model is used, the layers pass every picture on untouched: flipping and tilting are for learning, and nobody wants an answer that depends on chance.
#
# The empty corners are filled with a mirror image of the border, which is why some meadows look folded.
#
# </details>

# %% [markdown]
# ## 5 How MobileNetV2 works
#
# MobileNetV2 was made for phones: few parameters, few multiplications, little memory. Two ideas do it.
#
# ### 5.1 Depthwise separable convolutions
#
# A normal convolution does two things at once: it looks at a *neighbourhood* (say 3×3 pixels), and it mixes all **[channels](#13-Glossary)**. A separable convolution does one after the other: **depthwise** filters look at the neighbourhood in each channel on its own, then **pointwise** (1×1) filters mix the channels.

# %% tags=["lesson"]
lab_diagrams.separable_convolution()

# %% [markdown]
# What does it save? Count it for one pair in the middle of the real network, the depthwise convolution of its block 12 and the pointwise one after it: maps of 10×10 places, 576 channels in, 96 out, 3×3 neighbourhoods. Beside it, a normal convolution that would do the same in one.
#
# **Guess:** how many times fewer parameters does the separable one have: 2, 8 or 30?

# %% tags=["lesson"]
lab_guess.ask("separable")

# %% tags=["lesson"]
pretrained = lab_models.pretrained_network(IMG_SHAPE)
whole_network = pretrained.model  # with its own head; section 6.1 asks it

places, kernel, channels_in, channels_out = 10 * 10, 3 * 3, 576, 96
standard = kernel * channels_in * channels_out
depthwise = kernel * channels_in
pointwise = channels_in * channels_out
separable = depthwise + pointwise

print(f"{'':12}{'parameters':>12}{'multiplications':>18}")
print(f"{'standard':12}{standard:>12,}{standard * places:>18,}")
print(f"{'separable':12}{separable:>12,}{separable * places:>18,}")
print(f"{'ratio':12}{standard / separable:>12.1f}{standard / separable:>18.1f}\n")

# The network itself holds as many:
for name, counted in (("block_12_depthwise", depthwise), ("block_12_project", pointwise)):
    layer = whole_network.get_layer(name)
    print(f"{name:20}{layer.count_params():>8,} parameters, worked out: {counted:,}")
lab_guess.measured("separable", f"{standard / separable:.1f} times fewer")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# About 8 times fewer, parameters and multiplications alike: every parameter is used once at each place. In general the ratio is $1 / (1/C_{out} + 1/k^2)$; with many channels it comes close to $k^2 = 9$.
#
# </details>

# %% [markdown]
# ### 5.2 Inverted residual blocks
#
# The network is a chain of 17 blocks. A block takes **few** channels, expands them to **many** with a 1×1 convolution, filters each with a depthwise convolution, and projects back to **few**. The narrow ends are called **bottlenecks**. After the first two steps comes **ReLU6**: negative values become 0, values above 6 become 6. The third has no such thing, it is *linear*: with few channels there is no spare one that could still hold what a ReLU has cut off.
#
# Where what comes out has the same shape as what goes in, a **shortcut** carries the input past the block and adds it to the result. Such a block only has to learn what to *change*, and **[gradients](#13-Glossary)** have a free way back. Where a block halves height and width or changes the number of channels there is nothing to add to, hence no shortcut.
#
# Ordinary residual blocks are wide at the ends and narrow inside. Here it is the other way round: *inverted*.

# %% tags=["lesson"]
lab_diagrams.inverted_residual()

# %% [markdown]
# Why narrow ends? Only what lies **between** blocks has to be kept whole in memory; the wide part inside can be computed piece by piece and thrown away. Next you see both for each block of the real network; a plus marks the blocks with a shortcut.
#
# **Guess:** all blocks together, how many times fewer values lie between the blocks than inside them: 2, 7 or 40?

# %% tags=["lesson"]
lab_guess.ask("memory")

# %% tags=["lesson"]
ratio = lab_diagrams.bottleneck_memory(whole_network)
lab_guess.measured("memory", f"{ratio:.1f} times fewer")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# About 7 times. All blocks but the first, which expands nothing, expand their channels 6 times; a block that also halves height and width hands on even less. Ten of the 17 have a shortcut. More than half of all values inside are those of the first three blocks, where the maps are still large.
#
# </details>

# %% [markdown]
# ## 6 The pretrained network as it is
#
# ### 6.1 What does it see in your pictures?
#
# With its own head, MobileNetV2 sorts pictures into the classes that it was trained on. Does it help to ask it directly?
#
# First the network, then one batch of pictures through it.

# %% tags=["lesson"]
lab_messages.say(pretrained.note)
print(f"Layers: {len(whole_network.layers)}, parameters: {whole_network.count_params():,}")

# %% tags=["lesson"]
class_batch = whole_network(preprocess_input(tf.identity(image_batch)), training=False)
print("class_batch.shape:", class_batch.shape)

# %% [markdown]
# One row for each picture of the batch, one probability for each class. Next come the two most likely classes of the first eight pictures.
#
# **Guess:** what will it call your alpacas?

# %% tags=["lesson"]
for answers, label in zip(pretrained.decode(np.asarray(class_batch), top=2)[:8], label_batch):
    guesses = ", ".join(f"{name} {share:.0%}" for _, name, share in answers)
    print(f"truth: {class_names[int(label)]:<11} network: {guesses}")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# No alpaca anywhere, since there is no such class: ImageNet has *llama*, but no *alpaca*. (The line *STAND-IN WEIGHTS* above means that this machine has no official ImageNet files; its head knows dogs only, and has to call every picture a dog.) So the **answers** are of no use to you. What about the **features** behind them, the 1,280 numbers from which the network's own head makes its answers? That is what you will keep, and section 6.4 shows what they are worth.
#
# </details>

# %% [markdown]
# ### 6.2 What is inside?
#
# Some **[feature maps](#13-Glossary)** of the first and of the last layer, for one picture. Bright means: here the map found its feature.
#
# **Guess:** in which of the two can you still recognise the animal?

# %% tags=["lesson"]
shown = ["Conv1_relu", "out_relu"]
early, late = lab_experiments.feature_maps(whole_network, one_alpaca, shown)
lab_figures.feature_maps(one_alpaca, early, late, ["first layer", "last layer"])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# In the first ones: they answer to light, dark and edges, so the animal remains, and they are of use for **any** picture. The last ones have 5×5 values and say only *that* something was found and roughly where. *What* they find was chosen by what the network was trained for. That is why fine-tuning usually keeps the early layers and adapts the late ones. This figure is an illustration, no proof; section 8.2 measures what adapting them gains.
#
# </details>

# %% [markdown]
# ### 6.3 Frozen is more than "no training"
#
# `network.trainable = False` freezes a network. Its weights then stay as they are. But MobileNetV2 has 52 `BatchNormalization` layers. Such a layer brings each channel to mean 0 and spread 1, and then stretches and shifts it by two numbers, which are its weights. In training mode it takes mean and spread of the batch at hand, and keeps running averages of them, its **statistics**. In **[inference mode](#13-Glossary)**, the way a finished model is used, it takes these averages instead. So its statistics can change without any weight being trained: a few batches of alpacas may replace what it knows from 1.3 million pictures.
#
# Two settings are said to protect them: `trainable = False`, and calling the network with `training=False`. The experiment trains for a single step in all four combinations and counts the layers whose statistics moved.
#
# **Guess:** when do statistics move: with `training=True` only, with `trainable=True` only, with both only, or always?

# %% tags=["lesson"]
lab_guess.ask("moved")

# %% tags=["lesson"]
print("trainable  training=   statistics moved in")
found = set()
for trainable in (False, True):
    for training in (False, True):
        moved, total = lab_experiments.moved_batch_norms(
            whole_network, image_batch[:2], trainable=trainable, training=training
        )
        print(f"{trainable!s:10} {training!s:11} {moved} of {total} layers")
        found.add((trainable, training) if moved else None)
only = found == {None, (True, False), (True, True)}
lab_guess.measured("moved", "with trainable=True only" if only else "as in the table")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Only `trainable` decides. (*Moved* is all that this experiment shows. Whether it does harm is another question: section 8.2 comes back to it.) A frozen `BatchNormalization` layer runs in inference mode, always. And during `fit`, Keras 3 runs the whole model in training mode; that overrides the `training=False` inside it.
#
# **So what is `training=False` for?** It writes down what you mean: this network is used, not trained. Keras 2 obeys it during `fit` too, so old code and old tutorials depend on it, and the same code stays right on both. You will write it in Exercise 2. But do not rely on it: **what protects the statistics on Keras 3 is freezing.**
#
# </details>

# %% [markdown]
# ### 6.4 Whose eyes?
#
# Here is this lab's idea in one experiment. A tiny head, one number for each feature, learns alpacas from your training pictures. It gets four kinds of features: 16×16 pixels; the 1,280 features of a MobileNetV2 whose weights are **random**; those of the pretrained one, fed raw pixels from 0 to 255; and those of the pretrained one, fed as it was trained. Head, pictures and training are the same each time.
#
# **Guess:** which of the four will be clearly better than always saying the more common class: only the last, the last two, all with a network, all four?

# %% tags=["lesson"]
lab_guess.ask("eyes")

# %% tags=["lesson"]
eyes = lab_eyes.whose_eyes(whole_network, train_dataset, validation_dataset)
lab_eyes.bars(eyes.results, "Right answers of the same head on four kinds of features")
better = ", ".join(lab_eyes.better_than_guessing(eyes))
lab_guess.measured("eyes", f"clearly better than the more common class: {better or 'none'}")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The last one, far ahead. (Another one may come out a little above the more common class in one run and not in the next; that is what intervals are for.) The head is not clever and 262 pictures are few: all that it can, it owes to eyes that were trained on other pictures. The same network with random weights has the same architecture and sees next to nothing. And the third line is what one forgotten `preprocess_input` costs, without any error.
#
# The bars are 95 % **[intervals](#13-Glossary)**: with 65 pictures, the share that this head would reach on very many such pictures lies about there.
#
# </details>

# %% [markdown]
# ### 6.5 Does augmentation help here?
#
# The same head once more, on features of the pretrained network: from pictures as they are, flipped at random, flipped and tilted by up to 11°, and by up to 72° as in Exercise 1. Validation pictures stay as they are.
#
# **Guess:** which of the four will be best, and can more augmentation be worse?

# %% tags=["lesson"]
lab_guess.ask("augmentation")

# %% tags=["lesson"]
augmented = lab_eyes.augmentations(eyes)
lab_eyes.bars(augmented, "Right answers of the same head after four kinds of augmentation")
losses = {name: each.loss for name, each in augmented.items()}
lab_messages.say("\n" + lab_reading.augmentation(losses))
lab_guess.measured("augmentation", f"the lowest loss has '{min(losses, key=losses.get)}'")

# %% [markdown]
# <details>
# <summary>What to look at</summary>
#
# Look at the losses: right answers alone can hardly tell the four apart. Augmentation pays where a model has so much freedom that it learns pictures by heart, and where the changes are such as occur. This head has 1,281 numbers to adjust, and no photographer tilts a camera by 72°: such a rotation makes training harder, so do not be surprised if it costs more than it gives. **It is a tool, not a rule: measure.** (Your model keeps the 0.2 of Exercise 1, so that everybody's results can be compared.)
#
# </details>

# %% [markdown]
# ### 6.6 The same picture on both sides?
#
# Section 2.1 made sure that no *file* is in both subsets. But two files can show the same animal on the same meadow, a second apart. Then the validation picture is hardly new. Next come the validation pictures that are most like a training picture, with that picture below each.
#
# **Guess:** will there be pairs of the same animal at the same place?

# %% tags=["lesson"]
lab_data.most_alike(eyes.pictures, eyes.features)

# %% [markdown]
# <details>
# <summary>What to look at</summary>
#
# Same *kind* of animal is fine: that is what the model is to learn. Same *individual*, same place, same light is a leak, if a small one: each such picture makes the validation look a little better than the model is. The cure is to split by photographer or by place, not by file. For that one has to know who took which picture, and here nobody does. (In the drawn set nobody took any and no animal is there twice: what is alike there are scenes that were drawn with the same few parts.)
#
# </details>

# %% [markdown]
# ## 7 A new head on a frozen network
#
# ### Exercise 2: `alpaca_model` ({{ points.alpaca_model }} points)
#
# Now you build the model with the functional API of Keras: start with an input, call layers on it one after the other, end with a model. The function takes the picture size and an augmenter. For every size it must give a model that fits, so use the arguments, not the constants from above.
#
# Follow the eight steps. They are in the cell, too.
#
# 1. **The network.** Make MobileNetV2 for `input_shape`, *without* its top (its own head), *with* the ImageNet weights.
# 2. **Freeze it.**
# 3. **Inputs and augmentation.** Make the model's input for pictures of `input_shape`, and call `data_augmentation` on it.
# 4. **Preprocessing.** Call `preprocess_input` on the augmented pictures.
# 5. **The network's features.** Call the network on that, and say by an argument's name that it runs in inference mode.
# 6. **Pooling.** Average each feature map to a single number.
# 7. **Dropout.** Drop a share of 0.2 of the features, against **[overfitting](#13-Glossary)**.
# 8. **The answer.** One `Dense` unit without activation: its output is a **[logit](#13-Glossary)**, any number from very negative (class 0, alpaca) to very positive (class 1, not alpaca).
#
# `tfl` is short for `tf.keras.layers`.
#
# <details>
# <summary>Hint 1: calling layers</summary>
#
# A layer is made first and called on a **[tensor](#13-Glossary)** then: `y = SomeLayer(settings)(x)`. A whole model can be called like a layer. Name each result `x` and use it in the next step.
#
# </details>
# <details>
# <summary>Hint 2: inputs</summary>
#
# The input takes the shape of **one** picture: height, width, colours. The batch is not part of it.
#
# </details>
# <details>
# <summary>Hint 3: step 5</summary>
#
# Section 6.3 names the argument and what it says. Keras wants it by its name.
#
# </details>
# <details>
# <summary>Hint 4: the documentation</summary>
#
# [MobileNetV2](https://keras.io/api/applications/mobilenet/#mobilenetv2-function), [the functional API](https://keras.io/guides/functional_api/), [transfer learning](https://keras.io/guides/transfer_learning/), [GlobalAveragePooling2D](https://keras.io/api/layers/pooling_layers/global_average_pooling2d/), [Dropout](https://keras.io/api/layers/regularization_layers/dropout/), [Dense](https://keras.io/api/layers/core_layers/dense/)
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "alpaca_model", "locked": false, "schema_version": 3, "solution": true, "task": false}
# UNQ_C2
def alpaca_model(image_shape=IMG_SIZE, data_augmentation=data_augmenter()):
    """Make a classifier for alpacas from a frozen MobileNetV2.

    Arguments:
        image_shape: height and width of the pictures, such as (160, 160)
        data_augmentation: the augmenter to apply to the pictures
    Returns:
        a tf.keras.Model from pictures to one logit
    """
    input_shape = image_shape + (3,)
    inputs = outputs = None

    ### START CODE HERE
    # 1. Make MobileNetV2 for `input_shape`, without its top, with the ImageNet weights.
    ### BEGIN SOLUTION
    base_model = tf.keras.applications.MobileNetV2(
        input_shape=input_shape, include_top=False, weights="imagenet"
    )
    ### END SOLUTION
    # 2. Freeze it.
    ### BEGIN SOLUTION
    base_model.trainable = False
    ### END SOLUTION
    # 3. Make the model's input, called `inputs`, and augment it.
    ### BEGIN SOLUTION
    inputs = tf.keras.Input(shape=input_shape)
    x = data_augmentation(inputs)
    ### END SOLUTION
    # 4. Preprocess the augmented pictures.
    ### BEGIN SOLUTION
    x = preprocess_input(x)
    ### END SOLUTION
    # 5. Call the network on them, in inference mode.
    ### BEGIN SOLUTION
    x = base_model(x, training=False)
    ### END SOLUTION
    # 6. Average each feature map.
    ### BEGIN SOLUTION
    x = tfl.GlobalAveragePooling2D()(x)
    ### END SOLUTION
    # 7. Drop out a share of 0.2.
    ### BEGIN SOLUTION
    x = tfl.Dropout(0.2)(x)
    ### END SOLUTION
    # 8. One unit without activation; call the result `outputs`.
    ### BEGIN SOLUTION
    outputs = tfl.Dense(1)(x)
    ### END SOLUTION
    ### END CODE HERE

    if outputs is None:
        return None
    return tf.keras.Model(inputs, outputs)


# %% nbgrader={"grade": true, "grade_id": "test_alpaca_model", "locked": true, "schema_version": 3, "solution": false, "task": false}
lab_checks.check_alpaca_model(globals())

# %% nbgrader={"grade": false, "grade_id": "model2", "locked": true, "schema_version": 3, "solution": false, "task": false}
data_augmentation = data_augmenter()
model2 = alpaca_model(IMG_SIZE, data_augmentation)
lab_models.require(model2)  # says so if Exercise 2 is still empty

# %% [markdown]
# **Guess:** how many of the model's 2.3 million parameters will be trained: all, about half, about 1,300, none?

# %% tags=["lesson"]
lab_guess.ask("trained")

# %% tags=["lesson"]
model2.summary(print_fn=print)
lab_messages.say(
    "`true_divide` and `subtract` in the table are `preprocess_input`, written out as arithmetic."
)
trained = sum(int(np.prod(w.shape)) for w in model2.trainable_weights)
lab_guess.measured("trained", f"{trained:,}")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# 1,281: one weight for each of the 1,280 pooled features, and a bias. Few enough to learn from 262 pictures: section 6.4 has just done it.
#
# </details>

# %% [markdown]
# ### 7.1 Compile and train
#
# One output, two answers: the **[loss](#13-Glossary)** is binary cross-entropy. `from_logits=True` tells it that it gets logits. It then turns them into probabilities itself (by the **[sigmoid](#13-Glossary)**, section 9.1), in a way that stays exact for large numbers. **[Adam](#13-Glossary)** is the method that makes the steps of training.
#
# The metric has to be told, too. *Accuracy* is the share of right answers, so something has to say where one answer ends and the other begins. For probabilities that is 0.5. For logits it is **0**, because a logit of 0 is a probability of one half. `BinaryAccuracy(threshold=0.0)` cuts there. The short form `metrics=["accuracy"]` does not know that it gets logits: it cuts the *logit* at 0.5, which is a probability of 0.62, and counts every picture between the two as alpaca. A model that is unsure, as after a few epochs, has many of those.

# %% nbgrader={"grade": false, "grade_id": "compile", "locked": true, "schema_version": 3, "solution": false, "task": false}
base_learning_rate = 0.001
model2.compile(
    optimizer=tf.keras.optimizers.Adam(learning_rate=base_learning_rate),
    loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[tf.keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")],
)

# %% [markdown]
# Always guessing the more common class would be right for about six of ten pictures. **Guess:** where will the validation accuracy be after 5 **[epochs](#13-Glossary)**?

# %% tags=["lesson"]
initial_epochs = lab_setup.epochs(5)  # fewer in quick mode, which Validate uses
lab_models.make_ready(model2)  # so that the first epoch starts sooner
history = model2.fit(
    train_dataset,
    validation_data=validation_dataset,
    epochs=initial_epochs,
    shuffle=False,  # the data set shuffles by itself
    verbose=2,
)

# %% tags=["lesson"]
lab_figures.curves(history.history)
lab_results.two_borders(model2, validation_dataset)

# %% [markdown]
# <details>
# <summary>What to look at</summary>
#
# Do both losses still fall at the end? Then the model is still learning, and more epochs of the same would help: keep that in mind for section 8. If validation is *better* than training, that is no mistake: augmentation and dropout make training pictures harder, and are off in validation.
#
# </details>

# %% [markdown]
# ## 8 Fine-tuning
#
# So far the network's features are those that were good for its own training. Now its last layers may adapt to your pictures. The first ones stay: light, dark and edges are of use for any picture (section 6.2).
#
# First, get hold of the network inside `model2`. It is found by *what it is*, a model within the model. A position such as `model2.layers[4]`, as older tutorials have it, names another layer in each version of Keras.

# %% nbgrader={"grade": false, "grade_id": "base_model", "locked": true, "schema_version": 3, "solution": false, "task": false}
fine_tune_at = 120  # layers before this one stay frozen
base_model = lab_models.find_backbone(model2)
base_model.trainable = False  # so that the next line changes every layer, also on a second run
base_model.trainable = True
print("Number of layers in the network:", len(base_model.layers))
frozen_optimizer = model2.optimizer  # the one that has trained the head until now

# %% [markdown]
# ### 8.1 How fast may it change?
#
# The network's weights are good already. Large steps destroy in seconds what took days to learn. Here a *copy* of the last layers is fine-tuned for a few steps with three learning rates. Each run begins at the same weights; for each rate there are three, with the pictures in another order, since a single run may be luck. The line is the middle one, the band holds all.
#
# **Guess:** which of the learning rates 0.0001, 0.001 and 0.01 will do best on pictures it was not trained on?

# %% tags=["lesson"]
lab_guess.ask("rate")

# %% tags=["lesson"]
runs = lab_experiments.learning_rate_runs(
    model2, base_model, fine_tune_at, train_dataset, validation_dataset, (1e-4, 1e-3, 1e-2)
)
lab_figures.learning_rates(runs)
lab_messages.say("\n".join(lab_reading.learning_rates(runs)))
ends = {rate: float(np.median([losses[-1] for losses in each])) for rate, each in runs.items()}
lab_guess.measured("rate", f"{min(ends, key=ends.get):g}, by the middle one of its runs")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The largest one throws the features away: mind the scale, it is logarithmic. The middle one has trained the head until now. Does it suit the network, too? Follow its line to the end, and look at how wide its band is: what one batch gives, the next can take. The smallest one is the one to rely on: it goes down, if slowly, nearly whatever the order. When the start is good, go slowly.
#
# </details>

# %% [markdown]
# ### Exercise 3: fine-tuning ({{ points.fine_tuning }} points)
#
# The locked cell at the beginning of section 8 has made the whole network trainable. Now
#
# 1. freeze every layer of `base_model` that comes before number `fine_tune_at`;
# 2. set `loss_function` to binary cross-entropy that knows it gets logits;
# 3. set `optimizer` to Adam with a tenth of `base_learning_rate`;
# 4. set `metrics` to a list that asks for the accuracy: as section 7.1 does, or by its short name (both get full points);
# 5. compile `model2` with these three. Without compiling again, training would go on with the old settings, and no error would tell you.
#
# <details>
# <summary>Hint 1: the layers</summary>
#
# `base_model.layers` is a list. Take the part of it before a position, and go through it in a loop.
#
# </details>
# <details>
# <summary>Hint 2: freezing one layer</summary>
#
# A layer is frozen in the same way as a whole network: section 6.3.
#
# </details>
# <details>
# <summary>Hint 3: the rest</summary>
#
# Section 7.1 has compiled this model once. Two of its three settings may stay as they were; compute the third from `base_learning_rate`.
#
# </details>
# <details>
# <summary>Hint 4: the documentation</summary>
#
# [Fine-tuning](https://keras.io/guides/transfer_learning/#finetuning), [BinaryCrossentropy](https://keras.io/api/losses/probabilistic_losses/#binarycrossentropy-class), [Adam](https://keras.io/api/optimizers/adam/), [compile](https://keras.io/api/models/model_training_apis/#compile-method)
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "fine_tuning", "locked": false, "schema_version": 3, "solution": true, "task": false}
# UNQ_C3
loss_function = None
optimizer = None
metrics = None

### START CODE HERE
# 1. Freeze every layer of `base_model` before number `fine_tune_at`.
### BEGIN SOLUTION
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
### END SOLUTION
# 2. Binary cross-entropy from logits.
### BEGIN SOLUTION
loss_function = tf.keras.losses.BinaryCrossentropy(from_logits=True)
### END SOLUTION
# 3. Adam with a tenth of `base_learning_rate`.
### BEGIN SOLUTION
optimizer = tf.keras.optimizers.Adam(learning_rate=0.1 * base_learning_rate)
### END SOLUTION
# 4. A list that asks for the accuracy.
### BEGIN SOLUTION
metrics = ["accuracy"]
### END SOLUTION
# 5. Compile `model2` with the three.
### BEGIN SOLUTION
model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)
### END SOLUTION
### END CODE HERE

# %% nbgrader={"grade": true, "grade_id": "test_fine_tuning", "locked": true, "schema_version": 3, "solution": false, "task": false}
lab_checks.check_fine_tuning(globals())

# %% [markdown]
# ### 8.2 Was it the fine-tuning?
#
# You hope to see the validation loss fall now. But it was falling before, too. Who trains longer *and* fine-tunes cannot say which of the two has helped. So from here on there are **two branches** that begin at the same weights:
#
# - one **stays frozen** and trains its head for five more epochs, with the optimizer and the **[learning rate](#13-Glossary)** it had;
# - the other is **fine-tuned** for five epochs, as you have compiled it.
#
# The first is the **control**. It takes a few seconds only: the pictures are augmented anew for each epoch, but a frozen network has nothing to learn, so each picture goes through it once, and the head is trained on the features that come out.

# %% tags=["lesson"]
fine_tune_epochs = lab_setup.epochs(5)
fork = lab_branches.fork(model2, history, validation_dataset)  # both branches begin here
stayed_frozen = lab_branches.stay_frozen(
    fork, model2, frozen_optimizer, train_dataset, fine_tune_epochs
)

# %% [markdown]
# Now the other branch. Epochs are counted on from the frozen ones. The first step takes longer than before, because gradients now flow through the last layers of the network. (If you asked for `"accuracy"` by its name, the lines below print the share of logits on the right side of 0.5. The figure after them counts at 0.)
#
# **Guess:** how much of the gain will be just more training: nearly all of it, about half, or less than half?

# %% tags=["lesson"]
lab_guess.ask("gain")

# %% tags=["lesson"]
total_epochs = len(history.epoch) + fine_tune_epochs
lab_models.make_ready(model2)
history_fine = model2.fit(
    train_dataset,
    validation_data=validation_dataset,
    epochs=total_epochs,
    initial_epoch=len(history.epoch),
    shuffle=False,
    verbose=2,
)

# %% tags=["lesson"]
fine_tuned = lab_branches.fine_tuned(fork, model2, history_fine)
share = lab_branches.compare(fork, stayed_frozen, fine_tuned)
lab_guess.measured("gain", f"{share:.0%} of the gain in loss came with more training alone, too")

# %% [markdown]
# <details>
# <summary>What to look at</summary>
#
# The sentences below the figure read this run's numbers. In the left half, compare the two lines *with each other*, not with the left end: what lies between them is what fine-tuning adds to mere patience. In the right half, look at how wide the bars are. 65 pictures leave so much open that two models can differ by several right answers, and still nobody can say that one is better. The loss is the finer measure: it also counts *how sure* a model was.
#
# What the control cannot tell: whether a frozen model with fewer distortions, a larger learning rate or 50 epochs would catch up. It says what *these* five epochs gained, no more.
#
# </details>

# %% [markdown]
# And the loss of the fine-tuned branch as a whole, training and validation.
#
# **Guess:** does it begin to learn the training pictures by heart?

# %% tags=["lesson"]
lab_figures.curves(history.history, history_fine.history)
moved, total = lab_branches.moved_statistics(fork, model2, base_model)
print(f"BatchNormalization statistics moved in {moved} of {total} layers")

# %% [markdown]
# <details>
# <summary>What to look at</summary>
#
# If the two losses drift apart after the dotted line, training falling and validation not, the model starts to learn the training pictures by heart; then stop.
#
# The last line is section 6.3 again: the layers that you have freed are no longer protected, so the statistics of the normalization layers among them follow your pictures. *Moved* is not *spoiled*: here each batch is like the pictures that the model will be asked about, and the steps are small. Some people keep these layers frozen even so; 12.1 lets you compare.
#
# </details>

# %% [markdown]
# ## 9 Reading the result
#
# ### 9.1 From logits to probabilities
#
# The model puts out logits. A logit of 1.5 is not "150 % sure". The **sigmoid** turns a logit into a probability of class 1, `not alpaca`; that of `alpaca` is the rest up to 1.
#
# A trap on the way: ask a model with `model.predict(…)` or `model(…, training=False)`. A bare `model(…)` leaves the augmentation on, because that is what these layers do when nobody tells them.
#
# **Guess:** which probability belongs to a logit of 0, and does a large enough logit make it exactly 1?

# %% tags=["lesson"]
lab_results.sigmoid_figure()
predictions = lab_results.Predictions(model2, validation_dataset, class_names)
print(f"logits from {predictions.logits.min():.1f} to {predictions.logits.max():.1f}")
print(
    f"probability of '{class_names[1]}' from {predictions.probability.min():.2g} to "
    f"1 - {1 - predictions.probability.max():.2g}"
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# A logit of 0 is one half: the model does not know. The curve comes near 0 and 1 and never reaches them. (A computer's numbers have only so many digits: what is printed as `1.000` is a rounded number.) The **[odds](#13-Glossary)** are the probability of class 1 divided by that of class 0, 3 to 1 for instance; each step of 1 in the logit multiplies them by 2.7. A logit of 3 means 0.95, one of 6 means 0.998.
#
# </details>

# %% [markdown]
# ### 9.2 Mistakes first
#
# The mistakes teach more than the successes. The gallery shows them first, the surest at the top, and then the pictures the model was least sure about.
#
# **Guess:** what will it get wrong more often: alpacas, or the others?

# %% tags=["lesson"]
lab_results.gallery(predictions)

# %% tags=["lesson"]
lab_results.confusion_matrix(predictions)

# %% [markdown]
# <details>
# <summary>Answer, and how far to trust the number</summary>
#
# Rows of the matrix say what a picture is, columns what the model said; the two fields off the diagonal are the two kinds of mistakes. The line below the matrix says whether there are enough of them to call one class harder.
#
# Here a picture counts as class 1 when its *logit* is above 0. `BinaryAccuracy(threshold=0.0)` counts the same way; `"accuracy"` cuts the logit at 0.5, so its share can be another one (section 7.1).
#
# **Is this a fair number?** The pictures were not trained on, but they are no **[test set](#13-Glossary)** either: everything in this lab, from the learning rate to the number of epochs, was once chosen by people who had looked at runs on pictures like these, and whoever picks the best of many results on 65 pictures picks luck, too. The clean way is a third subset that is looked at once, at the very end. With 327 pictures it would hold about 30, and even 29 right of 30 leave an interval from 0.83 to 0.99: too wide to tell the models of this lab apart. So the lab goes without, and tells you: *choose on validation, report on a test set, and say how many pictures stand behind a number.*
#
# </details>

# %% [markdown]
# ### 9.3 Can you trust its probabilities?
#
# Of all pictures for which the model says "70 %", about 70 % should be right. Then it is **calibrated**. The small numbers say how many pictures stand behind each point.
#
# **Guess:** how sure is it of most pictures: about 60 %, or close to 100 %?

# %% tags=["lesson"]
lab_results.calibration(predictions)

# %% [markdown]
# <details>
# <summary>What to look at</summary>
#
# Most pictures lie at the two ends: the model is usually very sure. The points in the middle rest on few pictures, so do not read much into them. 65 pictures are enough to see a bad model, not to tell a good one from a very good one.
#
# </details>

# %% [markdown]
# ### 9.4 What did it look at?
#
# A model can be right for the wrong reason: because of the meadow, the fence, the people. **Grad-CAM** weights the last feature maps by how much the answer depends on them, and so shows which regions spoke for the answer. What counted keeps its colours, the rest is washed out. Mistakes come first again.
#
# **Guess:** where it is right about an alpaca, which part of the picture will keep its colours?

# %% tags=["lesson"]
lab_results.grad_cam_figure(predictions, model2)

# %% [markdown]
# <details>
# <summary>What to look at</summary>
#
# Where the answer is right, is it the animal that counted, or what stands around it? In the mistakes, what drew the attention instead? The maps have 5×5 values only, so they show regions, not outlines.
#
# </details>

# %% [markdown]
# ### 9.5 Your own picture
#
# Now ask it about a picture that it has never seen: choose one or several with the button, or put them into a folder `mine` beside the notebook and run the cell after it. A picture goes to the computer that runs this notebook and nowhere else. What the button shows is gone with the kernel; what the second cell shows is part of the notebook that you hand in, like every output, so clear it first if nobody is to see it (*Edit → Clear Cell Output*).
#
# **Try to fool it.** Good candidates are a llama, a sheep, an empty meadow with a fence, a drawing, your dog from behind, or something that is no animal at all. It has two answers only and must give one of them, so it will: with how much certainty?

# %% tags=["lesson"]
lab_mine.upload(model2, class_names)

# %% tags=["lesson"]
lab_mine.folder(model2, class_names)

# %% [markdown]
# What you see when it is fooled has a name: **[distribution shift](#13-Glossary)**. The numbers of 9.2 hold for pictures like those of the data set. A llama under `not alpaca` was never among them (section 2.3), so nothing in training told the two apart, and no accuracy measured here says what happens then. Nor does a high probability: it says how far a picture lies from the border, not whether the model has ever seen anything like it.

# %% [markdown]
# ## 10 What to remember
#
# - **Same seed for both subsets**, or you test on what was learned.
# - **Prefetch** hides reading behind computing.
# - **Know your pictures**: where they come from, what is missing, which labels are doubtful, which are nearly the same.
# - **Augmentation** changes pictures in training only. Measure whether it helps.
# - A pretrained network needs **its own preprocessing**; put it into the model.
# - First train a new head on the **frozen** network. Freezing (`trainable = False`) is what protects weights *and* `BatchNormalization` statistics; `training=False` says what you mean.
# - Then **fine-tune the late layers** with a **small learning rate**, and **compile again**.
# - Whoever says that something helped needs a **control** that went without, and an **interval**.
# - The output is a **logit**; the sigmoid makes it a probability. Its border is 0.
# - Look at the mistakes, and at what the model looked at.

# %% [markdown]
# ## 11 Before you hand in
#
# Restart and run everything once from top to bottom (menu *Kernel → Restart Kernel and Run All Cells*), save (Ctrl+S), and run the next cell. It changes nothing, needs no network, and keeps nobody from handing in.{{ policy.words }}

# %% tags=["lesson"]
import lab_handin

lab_handin.report(globals())

# %% [markdown]
# ## 12 Go further (optional, not graded)
#
# None of this is needed for full points, and none of it runs unless you ask for it: in each cell, set `RUN = True`. Section 8.2 has to have run. Each experiment begins at the same weights as the two branches there, leaves `model2` as it was, and compares with your fine-tuned model picture by picture.
#
# ### 12.1 How much of it, and normalization
#
# Fine-tune from another layer on (100 and 140 are good candidates, 1 is nearly everything), or keep all normalization layers frozen. *About half a minute for each.* Before you run it: what do you expect, and how large would a difference have to be for 65 pictures to show it?

# %% tags=["lesson"]
RUN = False  # True: about half a minute for each line

if RUN:
    lab_further = lab_setup.load("lab_further")
    lab_further.tune(model2, fork, fine_tuned, train_dataset, first_free=100)
    lab_further.tune(model2, fork, fine_tuned, train_dataset, first_free=140)
    lab_further.tune(model2, fork, fine_tuned, train_dataset, norms_frozen=True)

# %% [markdown]
# ### 12.2 From scratch
#
# The same network with random weights, all of it trainable, on your 262 pictures. *About two minutes.* It is what you would have had to do without transfer learning.

# %% tags=["lesson"]
RUN = False  # True: about two minutes

if RUN:
    lab_further = lab_setup.load("lab_further")
    lab_further.from_scratch(model2, fork, fine_tuned, train_dataset, epochs=5)

# %% [markdown]
# ### 12.3 Two classes of your own, or another backbone
#
# Make two folders beside the notebook with at least ten pictures each (say `cups` and `glasses`), and name them below. A head on the features of section 6.4 learns them in seconds; every fifth picture is held out. In place of MobileNetV2 you may name another network of `tf.keras.applications`, such as `EfficientNetB0`: what it needs is fetched, so that takes a network connection.

# %% tags=["lesson"]
RUN = False  # True: some seconds
MY_FOLDERS = ("cups", "glasses")
BACKBONE = "MobileNetV2"

if RUN:
    lab_further = lab_setup.load("lab_further")
    lab_further.own_classes(MY_FOLDERS, BACKBONE)

# %% [markdown]
# ### 12.4 Onto a phone
#
# MobileNetV2 was made for small devices. Your model becomes a file for LiteRT (once called TFLite), as it is and with weights of 8 bits instead of 32, and both are asked about the validation pictures. *About a minute.* How much smaller does it get, and how far are its logits from yours?

# %% tags=["lesson"]
RUN = False  # True: about a minute

if RUN:
    lab_further = lab_setup.load("lab_further")
    lab_further.onto_a_phone(model2, fork)

# %% [markdown]
# ## 13 Glossary
#
# | word | what it means here |
# | --- | --- |
# | **accuracy** | share of right answers |
# | **backbone** | the pretrained network without its own head: what your model sees with |
# | **batch** | the pictures that go through the model together, here 32 |
# | **BatchNormalization, statistics** | a layer that brings each channel to mean 0 and spread 1, then stretches and shifts it; and the running averages of mean and spread that it uses when nobody trains (6.3) |
# | **channel, feature map** | one of the grids of numbers that a convolution puts out: for each place how strongly it found its feature |
# | **control** | a run that differs from another one in the single thing whose effect is asked for (8.2) |
# | **distribution shift** | the pictures a model is asked about are not like those it was trained and measured on (9.5) |
# | **epoch** | one pass over all training pictures |
# | **fine-tuning** | going on to train some of the pretrained layers, slowly |
# | **frozen** | not changed by training: `trainable = False` |
# | **gradient** | for each weight, how the loss would change if the weight grew a little. Training moves each weight a step against it |
# | **head, top** | the last layers, which turn features into an answer |
# | **inference mode** | the way a finished model is used: no dropout, no augmentation, kept statistics |
# | **interval, 95 %** | where the share right on very many such pictures would lie, given so many right of so few; made this way, 95 of 100 such intervals hold the true share (Wilson's formula) |
# | **learning rate** | how large the steps of training are |
# | **logit** | the model's number before it becomes a probability; 0 is the border between the classes |
# | **loss** | what training makes small: here binary cross-entropy, small where the model is right and sure of it |
# | **odds** | probability of one class divided by that of the other |
# | **optimizer, Adam** | how a step is made of a gradient. Adam gives each weight a step of its own, by how its gradients were before |
# | **overfitting** | getting better on the training pictures while getting worse on others |
# | **sigmoid** | the function that turns a logit into a probability (9.1) |
# | **tensor** | an array of numbers as TensorFlow holds it; while a model is built, what stands for such an array that will come out of a layer |
# | **validation set, test set** | pictures kept aside to look at while one works and chooses; pictures kept aside to look at once, at the very end |
