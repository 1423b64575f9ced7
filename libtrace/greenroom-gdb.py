# SPDX-License-Identifier: MIT
"""greenroom-gdb.py - the tasklets of a process or a core file, in gdb.

    info tasklets           all of them, with what they wait for
    tasklet ID [COMMAND]    COMMAND (bt, if none is given) on the stack of that tasklet

A tasklet that is out has its stack in the heap. In a process it is put back to where it was, the
stack pointer and the program counter with it, for as long as the command runs; whatever lay there is
put back afterwards. Of a core file a copy is made, in which that has been done. A tasklet that was
stopped softly has no stack but frames, which are listed.

gdb loads this file by itself together with the library, if it may (see "info auto-load"); else
"source" does. The library's debugging data has to be there: the script reads its structures.
"""

import os
import re
import shutil
import struct
import tempfile
from contextlib import contextmanager

import gdb

LINE = 64  # slices are copied in lines of so many bytes

# Where the registers of a thread lie in a core file: offset of the register set in NT_PRSTATUS, bytes
# of a register, index of the program counter and of the stack pointer.
CORE_REGISTERS = {
    "i386:x86-64": (112, 8, 16, 19),
    "i386": (72, 4, 12, 15),
    "aarch64": (112, 8, 32, 31),
    "arm": (72, 4, 15, 13),
    "riscv:rv64": (112, 8, 0, 2),
    "powerpc:common64": (112, 8, 32, 1),
    "s390:64-bit": (112, 8, 1, 17),
}
PT_LOAD, PT_NOTE, NT_PRSTATUS = 1, 4, 1


def structures(first, link):
    """A linked list."""
    while first:
        yield first
        first = first[link]


def threads():
    """The records of all threads that use the runtime, oldest first."""
    registry = gdb.lookup_static_symbol("registry")
    if registry is None:
        raise gdb.GdbError("greenroom: the program does not use libgreenroom, or there is no "
                           "debugging data for it")
    found = list(structures(registry.value()["first"], "registry_next"))
    return reversed(found)


def pieces(slab, kind):
    """All pieces that have been cut from the blocks of a slab."""
    grain = LINE
    size = (kind.sizeof + grain - 1) // grain * grain
    block_bytes = int(gdb.parse_and_eval("SLAB_BLOCK_BYTES"))
    newest = True
    for block in structures(slab["blocks"], "next"):
        end = int(slab["rest"]) if newest else int(block) + block_bytes
        newest = False
        for address in range(int(block) + grain, end - size + 1, size):
            yield gdb.Value(address).cast(kind.pointer())


def tasklets():
    """Pairs of thread and tasklet, of those that are alive."""
    for thread in threads():
        kind = gdb.lookup_type("struct tasklet")
        for tasklet in pieces(thread["tasklet_slab"], kind):
            if tasklet["id"] and tasklet["alive"]:
                yield thread, tasklet


def tasklet_with(number):
    for thread, tasklet in tasklets():
        if int(tasklet["id"]) == number:
            return thread, tasklet
    raise gdb.GdbError("greenroom: there is no tasklet %d (see info tasklets)" % number)


def is_current(thread, tasklet):
    return thread["current"] == tasklet


def is_soft(tasklet):
    return bool(tasklet["frame"]) and not tasklet["slice"]["sp"]


def text_of(characters):
    """A C string, by its address or in an array without a length."""
    if characters.type.code == gdb.TYPE_CODE_ARRAY:
        characters = characters.address.cast(gdb.lookup_type("char").pointer())
    try:
        return characters.string(errors="replace")
    except gdb.MemoryError:
        return "?"


def state_of(thread, tasklet):
    if is_current(thread, tasklet):
        return "current"
    if tasklet["blocked"]:
        what = "sending to" if tasklet["blocked"] > 0 else "receiving from"
        return '%s "%s"' % (what, text_of(tasklet["channel"]["name"]))
    return "runnable" if tasklet["next"] else "paused"


def function_at(address):
    """The name of the function at an address; a frame is called like its code, without the end."""
    name = gdb.block_for_pc(int(address)) if address else None
    name = name.function.name if name and name.function else str(address)
    return re.sub("_(step|body)$", "", name)


def function_of(tasklet):
    if tasklet["frame"]:
        frames = list(structures(tasklet["frame"], "caller"))
        return function_at(frames[-1]["step"])
    return function_at(tasklet["run"]) if tasklet["run"] else "main"


def how_it_is_out(thread, tasklet):
    if is_current(thread, tasklet):
        return "runs"
    if is_soft(tasklet):
        return "%d frames" % len(list(structures(tasklet["frame"], "caller")))
    if not tasklet["slice"]["sp"]:
        return "not started"
    return "%d bytes" % int(tasklet["slice"]["bytes"])


class InfoTasklets(gdb.Command):
    """Lists the tasklets of the program: number, thread, how they are out, function, state, name."""

    def __init__(self):
        super().__init__("info tasklets", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        lines = ["  %-6s %-6s %-14s %-20s %-28s %s"
                 % ("Id", "Thread", "Out", "Function", "State", "Name")]
        for thread, tasklet in tasklets():
            lines.append("%s %-6d %-6d %-14s %-20s %-28s %s"
                         % ("*" if is_current(thread, tasklet) else " ", int(tasklet["id"]),
                            int(thread["number"]), how_it_is_out(thread, tasklet),
                            function_of(tasklet), state_of(thread, tasklet),
                            text_of(tasklet["name"])))
        print("\n".join(lines))


# ------------------------------------------------------------------------------ its stack

def resume_address():
    symbol = gdb.lookup_minimal_symbol("switch_resume") if hasattr(
        gdb, "lookup_minimal_symbol") else None
    if symbol is not None:
        return int(symbol.value().address)
    try:
        return int(gdb.parse_and_eval("(unsigned long)&switch_resume"))
    except gdb.error:
        raise gdb.GdbError("greenroom: this library switches without assembly, so that gdb cannot "
                           "say where a tasklet stopped") from None


def slice_of(tasklet):
    """Where the bytes of a tasklet that is out belong, these bytes, its stack pointer."""
    piece = tasklet["slice"]
    stack_pointer, length = int(piece["sp"]), int(piece["bytes"])
    low = stack_pointer & ~(LINE - 1)
    data = b""
    if length:
        data = bytes(gdb.selected_inferior().read_memory(int(piece["copy"]), length))
    return low, data, stack_pointer


def select_thread_on(stack):
    """Selects the thread whose stack it is."""
    low, top = int(stack["low"]), int(stack["top"])
    side = int(stack["side"])
    for thread in gdb.selected_inferior().threads():
        thread.switch()
        pointer = int(gdb.newest_frame().read_register("sp"))
        if low <= pointer < top or side <= pointer <= int(stack["side_top"]):
            return
    raise gdb.GdbError("greenroom: the thread of that tasklet is not there any more")


@contextmanager
def same_selection():
    """Afterwards the thread and the frame are selected that were before, and nothing was said of it."""
    inferior, thread = gdb.selected_inferior(), gdb.selected_thread()
    level = gdb.selected_frame().level() if hasattr(gdb.Frame, "level") else 0
    quiet = gdb.parameter("suppress-cli-notifications")
    gdb.execute("set suppress-cli-notifications on")
    try:
        yield
    finally:
        if gdb.selected_inferior() != inferior:
            gdb.execute("inferior %d" % inferior.num, to_string=True)
        if thread is not None and thread.is_valid():
            thread.switch()
        gdb.execute("frame %d" % level, to_string=True)
        gdb.execute("set suppress-cli-notifications %s" % ("on" if quiet else "off"))


@contextmanager
def in_process(low, data, stack_pointer, resume):
    """Puts a slice back into the stack of the selected thread."""
    inferior = gdb.selected_inferior()
    gdb.newest_frame().select()
    lay_there = bytes(inferior.read_memory(low, len(data))) if data else b""
    registers = [(name, int(gdb.newest_frame().read_register(name))) for name in ("sp", "pc")]
    try:
        if data:
            inferior.write_memory(low, data)
        gdb.execute("set var $sp = %d" % stack_pointer)
        gdb.execute("set var $pc = %d" % resume)
        yield
    finally:
        if lay_there:
            inferior.write_memory(low, lay_there)
        gdb.newest_frame().select()
        for name, value in registers:
            gdb.execute("set var $%s = %d" % (name, value))


class Core:
    """A copy of a core file, to be changed."""

    def __init__(self, path, copy):
        shutil.copyfile(path, copy)
        self.file = open(copy, "r+b")
        header = self.file.read(64)
        self.wide = header[4] == 2
        self.order = "<" if header[5] == 1 else ">"
        fields = struct.unpack_from(self.order + ("QQ" if self.wide else "II"), header,
                                    32 if self.wide else 28)
        self.table = fields[0]
        self.entry, self.count = struct.unpack_from(self.order + "HH", header,
                                                    54 if self.wide else 42)

    def segments(self):
        """Type, offset in the file, address, bytes in the file."""
        for i in range(self.count):
            self.file.seek(self.table + i * self.entry)
            entry = self.file.read(self.entry)
            if self.wide:
                kind, _, offset, address, _, size = struct.unpack_from(self.order + "IIQQQQ", entry)
            else:
                kind, offset, address, _, size = struct.unpack_from(self.order + "IIIII", entry)
            yield kind, offset, address, size

    def write(self, address, data):
        for kind, offset, start, size in self.segments():
            if kind == PT_LOAD and start <= address and address + len(data) <= start + size:
                self.file.seek(offset + address - start)
                self.file.write(data)
                return
        raise gdb.GdbError("greenroom: the core file does not hold the stack of that tasklet")

    def set_registers(self, where, program_counter, stack_pointer):
        """Of the first thread in the file, which is the one that gdb selects."""
        start, size, counter, pointer = where
        form = self.order + ("Q" if size == 8 else "I")
        registers = self.first_status() + start
        for index, value in ((counter, program_counter), (pointer, stack_pointer)):
            self.file.seek(registers + index * size)
            self.file.write(struct.pack(form, value))

    def first_status(self):
        for kind, offset, _, size in self.segments():
            end = offset + size
            while kind == PT_NOTE and offset + 12 <= end:
                self.file.seek(offset)
                name, length, note = struct.unpack(self.order + "III", self.file.read(12))
                content = offset + 12 + (name + 3) // 4 * 4
                if note == NT_PRSTATUS:
                    return content
                offset = content + (length + 3) // 4 * 4
        raise gdb.GdbError("greenroom: the core file holds no registers")


def core_file():
    """The path of the core file that gdb looks at; None for a process."""
    connection = gdb.selected_inferior().connection
    if connection is None or connection.type != "core":
        return None
    listed = gdb.execute("info files", to_string=True)
    path = re.search(r"Local core dump file:\s*`(.*)', file type", listed)
    if not path:
        raise gdb.GdbError("greenroom: the core file cannot be found")
    return path.group(1)


@contextmanager
def in_core(path, low, data, stack_pointer, resume):
    """Opens a copy of the core file in which the tasklet is the one that runs."""
    where = CORE_REGISTERS.get(gdb.selected_inferior().architecture().name())
    if where is None:
        raise gdb.GdbError("greenroom: core files of this processor cannot be changed")
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "core")
        core = Core(path, copy)
        if data:
            core.write(low, data)
        core.set_registers(where, resume, stack_pointer)
        core.file.close()
        number = gdb.selected_inferior().num
        program = gdb.current_progspace().filename
        gdb.execute("add-inferior -no-connection", to_string=True)
        other = max(inferior.num for inferior in gdb.inferiors())
        try:
            gdb.execute("inferior %d" % other, to_string=True)
            gdb.execute("file %s" % program.replace(" ", "\\ "), to_string=True)
            gdb.execute("core-file %s" % copy, to_string=True)
            yield
        finally:
            gdb.execute("core-file", to_string=True)
            gdb.execute("inferior %d" % number, to_string=True)
            gdb.execute("remove-inferiors %d" % other, to_string=True)


def list_frames(tasklet):
    for level, frame in enumerate(structures(tasklet["frame"], "caller")):
        line = gdb.find_pc_line(int(frame["step"]))
        place = ""
        if line.symtab is not None:
            # Where a frame goes on is the number of the line on which it stopped.
            place = " at %s:%d" % (line.symtab.filename, int(frame["resume"]) or line.line)
        print("#%-2d %s%s" % (level, function_at(frame["step"]), place))


class Tasklet(gdb.Command):
    """tasklet ID [COMMAND] - COMMAND (bt, if none is given) on the stack of that tasklet."""

    def __init__(self):
        super().__init__("tasklet", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        number, _, command = argument.strip().partition(" ")
        if not number.isdigit():
            raise gdb.GdbError("usage: tasklet ID [COMMAND]")
        thread, tasklet = tasklet_with(int(number))
        with same_selection():
            self.apply(thread, tasklet, command.strip() or "bt")

    @staticmethod
    def apply(thread, tasklet, command):
        if is_current(thread, tasklet):
            select_thread_on(thread["stack"])
            gdb.execute(command)
        elif is_soft(tasklet):
            list_frames(tasklet)
        elif not tasklet["slice"]["sp"]:
            print("It has not started: %s" % function_of(tasklet))
        else:
            core = core_file()
            out = slice_of(tasklet) + (resume_address(),)
            if core is None:
                select_thread_on(thread["stack"])
            with in_core(core, *out) if core else in_process(*out):
                gdb.execute(command)


InfoTasklets()
Tasklet()
