"""Libraries that need something before they can be used here."""

import importlib
import sys
import types

import torch


def adv_lib_attacks():
    """adv_lib's attacks."""
    # It can draw with visdom, which its attacks do not need.
    sys.modules.setdefault("visdom", types.ModuleType("visdom"))
    # The worker has set it; adv_lib sets it again, which PyTorch refuses.
    torch.set_num_interop_threads = lambda _: None
    return importlib.import_module("adv_lib.attacks")
