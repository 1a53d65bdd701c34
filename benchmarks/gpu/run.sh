#!/bin/sh
# Checks and measures kwta on this machine's GPU, beside PyTorch where a python3 has it; options go to both: --width 64
# --batch 128 --seconds 8. Results: webgpu.json, pytorch.json.
set -eu
cd "$(dirname "$0")"
export LD_LIBRARY_PATH="$PWD/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
# A container may have NVIDIA's libraries without the file that tells Vulkan of them.
if [ -z "${VK_DRIVER_FILES:-}" ] && ! ls /usr/share/vulkan/icd.d/*.json /etc/vulkan/icd.d/*.json >/dev/null 2>&1; then
  export VK_DRIVER_FILES="$PWD/lib/nvidia_icd.json"
fi
timeout 300 bin/node measure.mjs "$@"
if python3 -c "import torch" 2>/dev/null; then
  timeout 170 python3 pytorch.py "$@"
  bin/node compare.mjs
else
  echo "No python3 with PyTorch here: nothing to compare with."
fi
