set -eu
here=$(cd "$(dirname "$0")" && pwd); top=$here/../../..
R=${FRAMEWIRE_GODOT_ROOT:?}; L=$R/usr/lib/x86_64-linux-gnu
P=$top/target/godot-classes; rm -rf $P; mkdir -p $P/project/.godot $P/home
cp $here/*.gd $P/project/
printf 'config_version=5\n[application]\nconfig/name="classes"\n' > $P/project/project.godot
cat > $P/project/framewire.gdextension <<X
[configuration]
entry_symbol = "gdext_rust_init"
compatibility_minimum = "4.3"
reloadable = false
[libraries]
linux.x86_64 = "$(realpath $top/target/debug/libframewire_godot.so)"
X
echo 'res://framewire.gdextension' > $P/project/.godot/extension_list.cfg
export HOME=$P/home XDG_DATA_HOME=$P/home XDG_CONFIG_HOME=$P/home XDG_CACHE_HOME=$P/home
G="$L/ld-linux-x86-64.so.2 --library-path $L:$L/pulseaudio:$R/usr/lib $R/usr/bin/godot --headless --path $P/project"
timeout 300 $G --import > $P/import.log 2>&1 || { cat $P/import.log; true; }
timeout 600 $G --script res://runner.gd -- "$@"
