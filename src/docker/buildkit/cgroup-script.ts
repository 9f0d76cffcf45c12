/**
 * The shell program that sets the limits of a cgroup, with cgroup version 1 and 2. Its environment says what is to be set. It
 * writes `missing NAME` for what could not be set, and last `done KILLS FULL`: how many processes the kernel has ended for want of
 * memory, and whether the memory was used up since the last time (1) or not (0). Version 1 counts the kills in the cgroup of the killed
 * process alone, which is gone by then, so there they are those of the whole machine; its `failcnt` stays 0 with newer kernels.
 */
export const CGROUP_SCRIPT = `
root=/sys/fs/cgroup
put() { { echo "$2" >"$1"; } 2>/dev/null; }
set_to() { put "$2" "$3" || echo "missing $1"; }

version_2() {
  dir=$root
  for part in $(echo "$CGROUP" | tr / ' '); do
    for controller in memory cpu pids; do put "$dir/cgroup.subtree_control" "+$controller"; done
    dir=$dir/$part
    mkdir -p "$dir"
  done
  set_to memory "$dir/memory.max" "$MEMORY"
  put "$dir/memory.swap.max" 0
  if [ "$QUOTA" = -1 ]; then QUOTA=max; fi
  set_to cpu "$dir/cpu.max" "$QUOTA 100000"
  set_to 'cpu weight' "$dir/cpu.weight" "$WEIGHT"
  set_to pids "$dir/pids.max" "$PIDS"
  kills=$(sed -n 's/^oom_kill //p' "$dir/memory.events")
  echo "done \${kills:-0} 1"
}

version_1() {
  dir=$root/memory$CGROUP
  mkdir -p "$dir"
  put "$dir/memory.use_hierarchy" 1
  put "$dir/memory.memsw.limit_in_bytes" "$MEMORY"
  set_to memory "$dir/memory.limit_in_bytes" "$MEMORY"
  put "$dir/memory.memsw.limit_in_bytes" "$MEMORY"
  cpu=$root/cpu
  [ -d "$cpu" ] || cpu=$root/cpu,cpuacct
  mkdir -p "$cpu$CGROUP" "$root/pids$CGROUP"
  put "$cpu$CGROUP/cpu.cfs_period_us" 100000
  set_to cpu "$cpu$CGROUP/cpu.cfs_quota_us" "$QUOTA"
  set_to 'cpu weight' "$cpu$CGROUP/cpu.shares" "$SHARES"
  set_to pids "$root/pids$CGROUP/pids.max" "$PIDS"
  full=0
  for most in "$dir/memory.max_usage_in_bytes" "$dir/memory.memsw.max_usage_in_bytes"; do
    # The last request, for a huge page of 2 MiB or more, was refused.
    if [ -e "$most" ] && [ "$(cat "$most")" -ge $((MEMORY - 4194304)) ]; then full=1; fi
    put "$most" 0
  done
  kills=$(sed -n 's/^oom_kill //p' /proc/vmstat)
  echo "done \${kills:-0} $full"
}

if [ -e "$root/cgroup.controllers" ]; then version_2; else version_1; fi
`;
