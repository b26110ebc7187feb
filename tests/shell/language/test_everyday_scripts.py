"""Scripts of the kind that manifests and tutorials hold, with the images' own programs."""

from __future__ import annotations

import pytest

from tests.shell.containers import machine_of, pod, run

ORDINAL = """
set -e
[[ `hostname` =~ -([0-9]+)$ ]] || exit 1
ordinal=${BASH_REMATCH[1]}
mkdir -p /mnt/conf.d
echo [mysqld] > /mnt/conf.d/server-id.cnf
echo server-id=$((100 + $ordinal)) >> /mnt/conf.d/server-id.cnf
if [[ $ordinal -eq 0 ]]; then
  echo primary
else
  echo replica
fi
cat /mnt/conf.d/server-id.cnf
"""
POSITION = """
cd /tmp
echo 'mysql-bin.000003 154' > position
if [[ -f other && "x$(<other)" != "x" ]]; then
  cat other | sed -E 's/;$//g'
elif [[ -f position ]]; then
  [[ `cat position` =~ ^(.*?)[[:space:]]+(.*?)$ ]] || exit 1
  rm -f position
  echo "FILE='${BASH_REMATCH[1]}', POS=${BASH_REMATCH[2]}"
fi
ls
"""
PAGE = """
cat <<EOF | xargs -n1 echo item
a b
c
EOF
echo "$(hostname)" > /usr/share/nginx/html/index.html
for i in $(seq 1 2); do printf '%s:' $i; cat /usr/share/nginx/html/index.html; done
find /etc -name 'host*' | sort | tr '\\n' ' '
"""
BUSY = """
i=0; while [ $i -lt 2 ]; do echo "$i"; i=$((i+1)); done
echo one two | awk '{print $2}'
seq 3 | sed 's/2/x/' | grep -v 1 | wc -l
yes | head -n 1
sh -c 'echo "$0 $1"; exit 4' name argument || echo $?
trap 'echo bye' EXIT
ls /nope 2>/dev/null || echo none
"""
COMPARED = "diff <(seq 3) <(seq 4); echo $?; env -i A=1 bash -c 'echo $A:$HOME'; exec echo replaced"


@pytest.mark.parametrize(
    ("image", "shell", "script", "printed"),
    [
        ("mysql:5.7", "bash", ORDINAL, "replica\n[mysqld]\nserver-id=101\n"),
        ("mysql:5.7", "bash", POSITION, "FILE='mysql-bin.000003', POS=154\n"),
        ("nginx", "sh", PAGE, "item a\nitem b\nitem c\n1:web-1\n2:web-1\n/etc/hostname /etc/hosts "),
        ("busybox", "sh", BUSY, "0\n1\ntwo\n2\ny\nname argument\n4\nnone\nbye\n"),
        ("debian", "bash", COMPARED, "3a4\n> 4\n1\n1:\nreplaced\n"),
    ],
)
async def test_a_script_runs_with_its_image_s_programs(image: str, shell: str, script: str, printed: str) -> None:
    ran = await run(machine_of(pod(image, name="web-1")), shell, "-c", script)
    assert (ran.out, ran.err, ran.status) == (printed, "", 0)
