"""What simulated file systems hold: entries with a history, layers of them, and the trees that containers see.

Pure: the clock is an argument, and nothing here knows pods, images or a database. Who keeps layers is `Contents`, one a
cluster; how it is stored and told to other processes is the store's and the Hub's affair.
"""

from __future__ import annotations

from cluster.contents.entry import ABSENT, DIRECTORY, Entry, device, directory, file, link
from cluster.contents.judged import Answer, Judged, Question
from cluster.contents.layer import Layer, Source, frozen
from cluster.contents.memory import Before, Contents, Foretold, Kept, Written
from cluster.contents.place import Place
from cluster.contents.tree import Tree
from cluster.contents.who import ROOT, Who

__all__ = [
    "ABSENT",
    "DIRECTORY",
    "ROOT",
    "Answer",
    "Before",
    "Contents",
    "Entry",
    "Foretold",
    "Judged",
    "Kept",
    "Layer",
    "Place",
    "Question",
    "Source",
    "Tree",
    "Who",
    "Written",
    "device",
    "directory",
    "file",
    "frozen",
    "link",
]
