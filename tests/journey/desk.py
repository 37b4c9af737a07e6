# SPDX-License-Identifier: GPL-3.0-or-later
"""Uses Palermo as a person does: finds things by their accessible name, clicks, types, reads, looks.

Runs inside tests/journey/display. Needs Debian's own Python (python3-gi, gir1.2-atspi-2.0) and xdotool,
xclip, ImageMagick. Names are exact, or regular expressions written /like this/.
"""
import os
import re
import subprocess
import sys
import threading
import time
import warnings

warnings.simplefilter('ignore')
import gi  # noqa: E402

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

Atspi.init()
STATE = Atspi.StateType


# What the libraries say when they are used wrongly, and what we must never say.
COMPLAINT = re.compile(r'\b(?:(?:Gtk|Gdk|Gsk|GLib|GLib-GObject|GLib-GIO|GdkPixbuf|Pango|Adwaita|atk-bridge)-(?:WARNING|CRITICAL)'
                       r'|[\w-]+-CRITICAL|runtime error|AddressSanitizer|LeakSanitizer)\b.*')
# Of the display of the tests, which shows none unless a story brings what does.
NO_NOTIFICATIONS = 'unable to send notifications through org.freedesktop.Notifications'


class NotFound(Exception):
    """Nothing of that name came in time."""


def x(*words):
    subprocess.run(['xdotool', *map(str, words)], check=True, stderr=subprocess.DEVNULL)


class Thing:
    """One accessible object."""

    def __init__(self, accessible):
        self.accessible = accessible

    @property
    def role(self):
        return self.accessible.get_role_name()

    @property
    def name(self):
        # A mnemonic gives "_Save Save", a row of libadwaita its title twice.
        name = self.accessible.get_name() or ''
        half = len(name.replace('_', '', 1)) // 2
        plain = name.replace('_', '', 1) if '_' in name else name
        return plain[:half] if half and plain[:half] + ' ' + plain[:half] == plain else name

    def has(self, state):
        return self.accessible.get_state_set().contains(state)

    def states(self):
        return {s.value_nick for s in self.accessible.get_state_set().get_states()}

    def children(self):
        for i in range(self.accessible.get_child_count()):
            child = self.accessible.get_child_at_index(i)
            if child:
                yield Thing(child)

    def parent(self):
        parent = self.accessible.get_parent()
        return Thing(parent) if parent else None

    def above(self, *roles):
        thing = self.parent()
        while thing and thing.role not in roles:
            thing = thing.parent()
        return thing

    def box(self):
        component = self.accessible.get_component_iface()
        if not component:
            return 0, 0, 0, 0
        e = component.get_extents(Atspi.CoordType.WINDOW)
        return e.x, e.y, e.width, e.height

    def text(self):
        if 'Text' not in self.accessible.get_interfaces():
            return self.name
        return Atspi.Text.get_text(self.accessible, 0, Atspi.Text.get_character_count(self.accessible))

    def shown(self):
        """Whether it takes part in the page: GTK 4.8 sets SHOWING on windows alone."""
        thing = self
        while thing and thing.role not in ('application', 'frame', 'dialog'):
            _x, _y, width, height = thing.box()
            component = thing.accessible.get_component_iface()
            if component and (width <= 0 or height <= 0) and thing.role != 'application':
                return False
            thing = thing.parent()
        return True


class Desk:
    """The running program."""

    complaints = []  # of all programs of this run

    def __init__(self, command, **environment):
        self.process = subprocess.Popen(command, env=dict(os.environ, **environment), stderr=subprocess.PIPE, text=True,
                                        errors='replace')
        self.listener = threading.Thread(target=self.listen, daemon=True)
        self.listener.start()
        self.application = None
        deadline = time.monotonic() + 30
        while self.application is None:
            root = Atspi.get_desktop(0)
            for i in range(root.get_child_count()):
                child = root.get_child_at_index(i)
                if child and child.get_process_id() == self.process.pid and child.get_child_count():
                    self.application = child
            if self.process.poll() is not None:
                raise NotFound(f'the program ended with status {self.process.returncode}')
            if self.application is None and time.monotonic() > deadline:
                raise NotFound('the program did not come up')
            time.sleep(0.1)
        # The library's cache is not safe when widgets go away between two looks: ask afresh each time.
        self.application.set_cache_mask(Atspi.Cache.NONE)

    def listen(self):
        """What the program says is passed on, and what it should not have had to say is kept."""
        for line in self.process.stderr:
            sys.stderr.write(line)
            complaint = COMPLAINT.search(line)
            if complaint and NO_NOTIFICATIONS not in line:
                self.complaints.append(complaint.group().strip())

    # --- finding
    def things(self, top=None):
        """Everything there is, what a modal window holds first. What goes away meanwhile is passed over."""
        top = top or Thing(self.application)
        try:
            below = list(top.children())
            if top.role == 'application':
                below.sort(key=lambda t: not t.has(STATE.MODAL))
        except GLib.Error:
            return
        yield top
        for child in below:
            yield from self.things(child)

    def matches(self, name=None, role=None, shown=True):
        pattern = re.compile(name[1:-1]) if name and len(name) > 2 and name[0] == name[-1] == '/' else None
        found = []
        for thing in self.things():
            try:
                if role and thing.role != role:
                    continue
                if name is not None and not (pattern.search(thing.name) if pattern else thing.name == name):
                    continue
                if not shown or thing.shown():
                    found.append(thing)
            except GLib.Error:
                continue  # it went away while we looked
        return found

    def find(self, name=None, role=None, nth=0, timeout=20, inside=None):
        """The nth thing of that name; what can be operated comes before the label inside it."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                found = self.matches(name, role)
                if inside:
                    found = [t for t in found if self.within(t, inside)]
                found.sort(key=lambda t: 0 if t.has(STATE.FOCUSABLE) else 1)
                if len(found) > nth:
                    return found[nth]
            except GLib.Error:
                pass
            if time.monotonic() > deadline:
                raise NotFound(f'{role or "anything"} named {name!r} (number {nth})')
            time.sleep(0.1)

    @staticmethod
    def within(thing, name):
        while thing:
            if thing.name == name:
                return True
            thing = thing.parent()
        return False

    def gone(self, name, role=None, timeout=20):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if not self.matches(name, role):
                return True
            time.sleep(0.1)
        return False

    def there(self, name, role=None, timeout=20):
        try:
            return bool(self.find(name, role, timeout=timeout))
        except NotFound:
            return False

    # --- doing
    def windows(self):
        ids = subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(self.process.pid)],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False).stdout.split()
        found = []
        for window in ids:
            shape = subprocess.run(['xdotool', 'getwindowgeometry', '--shell', window], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True, check=False).stdout
            size = dict(line.split('=', 1) for line in shape.split() if '=' in line)
            width, height = int(size.get('WIDTH', 0)), int(size.get('HEIGHT', 0))
            if width * height > 100:
                found.append((window, width, height))
        return found

    def place(self, thing):
        """The X window and the middle of a thing in it."""
        left, top, width, height = thing.box()
        frame = thing  # a window of libadwaita has no role of its own: it is what the program holds
        while (parent := frame.parent()) and parent.role != 'application':
            frame = parent
        _x, _y, frame_width, frame_height = frame.box()
        deadline = time.monotonic() + 5
        while not (windows := self.windows()):  # a busy display does not always answer at once
            if time.monotonic() > deadline:
                raise NotFound('no window on the display')
            time.sleep(0.2)
        window, w, h = min(windows, key=lambda v: abs(v[1] - frame_width) + abs(v[2] - frame_height))
        return window, (w - frame_width) // 2 + left + width // 2, (h - frame_height) // 2 + top + height // 2

    @staticmethod
    def pane(thing):
        pane = thing.above('scroll pane', 'application')
        return pane if pane and pane.role == 'scroll pane' else None

    def in_sight(self, thing):
        """Whether the middle of a thing is in the pane that scrolls it."""
        pane = self.pane(thing)
        if not pane:
            return True
        _x, top, _w, height = thing.box()
        _px, pane_top, _pw, pane_height = pane.box()
        return pane_top <= top + height // 2 <= pane_top + pane_height

    def scroll_to(self, thing):
        """Turns the wheel until a thing is in its pane, as GTK 4.8 has no ScrollTo."""
        pane = self.pane(thing)
        if not pane:
            return
        turns, moved = 0, time.monotonic()
        for _ in range(600):
            _x, top, _w, height = thing.box()
            _px, pane_top, pane_width, pane_height = pane.box()
            middle = top + height // 2
            if pane_top + 30 <= middle <= pane_top + pane_height - 30:
                return
            # At the end of a list it comes no nearer. What is out of sight must: a busy program moves late.
            if turns > 12 and time.monotonic() - moved > (0 if self.in_sight(thing) else 3):
                return
            window, px, py = self.place(pane)
            x('mousemove', '--window', window, px + pane_width // 2 - 5, py)
            x('click', 5 if middle > pane_top + pane_height // 2 else 4)
            time.sleep(0.02)
            turns += 1
            if thing.box()[1] != top:
                turns, moved = 0, time.monotonic()

    def settled(self, thing):
        """Where a thing is once it stays there: a page that is still coming in moves away from under the mouse."""
        before = None
        for _ in range(25):
            time.sleep(0.2)
            place = self.place(thing)
            if place == before:
                break
            before = place
        return place

    def mouse(self, thing):
        for _ in range(5):  # the wheel may go on turning when we look no more
            self.scroll_to(thing)
            place = self.settled(thing)
            if self.in_sight(thing):
                break
        window, px, py = place
        x('mousemove', '--window', window, px, py)
        time.sleep(0.05)
        x('click', 1)
        time.sleep(0.2)
        return thing

    def click(self, name=None, role=None, nth=0, timeout=20, inside=None):
        thing = self.find(name, role, nth, timeout, inside)
        # As a person does: what is grey is not pressed yet.
        self.until(lambda: thing.has(STATE.SENSITIVE), 10)
        accessible = thing.accessible
        count = accessible.get_n_actions() if 'Action' in accessible.get_interfaces() else 0
        actions = [Atspi.Action.get_action_name(accessible, i) for i in range(count)]
        for wanted in ('click', 'toggle', 'activate', 'option.toggle'):
            if wanted in actions:
                Atspi.Action.do_action(accessible, actions.index(wanted))
                time.sleep(0.2)
                return thing
        return self.mouse(thing)

    def choose_from(self, name, option):
        """One of a list that folds out, by keyboard: what folds out has a window of its own, which has no place in ours."""
        box = self.find(name, 'combo box')

        def labels(thing):
            return [t.name for t in self.things(thing) if t.role == 'label' and t.shown()]

        def focused():
            """What the row with the focus says."""
            rows = [t for t in self.things(box) if t.role == 'list item' and t.has(STATE.FOCUSED)]
            return labels(rows[0]) if rows else []

        for _ in range(3):
            if not any(t.role == 'list item' for t in self.things(box)):  # a second click would fold it in again
                self.mouse(box)
            if not self.until(focused, 10):
                print(f'# a click on {name} came to nothing', flush=True)
                continue
            self.key('Home')
            last = None
            while option not in (now := focused()) and now != last:
                last = now
                self.key('Down')
                self.until(lambda: (there := focused()) and there != last, 6)
            if option not in now:
                raise NotFound(f'{option!r} in {name!r}: {now}')
            self.key('Return')
            if self.until(lambda: not focused() and option in labels(box), 10):
                return
        raise NotFound(f'{option!r} as what {name!r} shows')

    def go(self, page, sign, timeout=20):
        """To a page of the sidebar, known by something on it. A click now and then comes to nothing while the window still
        arranges itself; that is said, and done again, as a person would."""
        for _ in range(3):
            self.click(page, timeout=timeout)
            try:
                return self.find(sign, timeout=6)
            except NotFound:
                print(f'# a click on {page} came to nothing', flush=True)
        self.click(page)
        return self.find(sign)

    def key(self, *keys):
        for key in keys:
            x('key', '--clearmodifiers', key)
            time.sleep(0.1)

    def type(self, text):
        x('type', '--delay', 15, text)
        time.sleep(0.2)

    def paste(self, text):
        """Any script, and through undo, as a person's paste does."""
        subprocess.run(['xclip', '-selection', 'clipboard'], input=text.encode(), check=True)
        # It returns before the clipboard is its own: without a look, a busy computer pastes what was there before.
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            there = subprocess.run(['xclip', '-o', '-selection', 'clipboard'], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, check=False).stdout
            if there == text.encode():
                break
            time.sleep(0.02)
        self.key('ctrl+v')
        time.sleep(0.2)

    def write(self, name, text, role=None, nth=0, inside=None):
        """Clicks into a field and types over what it holds."""
        self.mouse(self.find(name, role, nth, inside=inside))
        self.key('ctrl+a')
        self.paste(text)

    def choose_file(self, path, instead=False):
        """Types a path into the file chooser once that has the focus; instead: of the name that it proposes."""
        def is_ready():
            top = [t for t in Thing(self.application).children() if t.has(STATE.MODAL)]
            return any(t.has(STATE.FOCUSED) for window in top for t in self.things(window))

        if not self.until(is_ready):
            raise NotFound('the file chooser')
        time.sleep(0.3)
        if instead:
            self.key('ctrl+a')
        self.type(path)
        self.key('Return')

    @staticmethod
    def until(condition, seconds=30):
        """Whether something comes true in time."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                if condition():
                    return True
            except GLib.Error:
                pass  # it went away while we looked
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)

    def text(self, name, role=None, nth=0):
        return self.find(name, role, nth).text()

    # --- looking
    def resize(self, width, height):
        window = max(self.windows(), key=lambda v: v[1] * v[2])[0]
        x('windowsize', window, width, height)
        time.sleep(0.6)

    def shot(self, path, screen=False):
        """A picture of the largest window, or of the whole screen with its dialogs, once it stands still."""
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        before, deadline = None, time.monotonic() + 15
        while time.monotonic() < deadline:
            window = 'root' if screen else max(self.windows(), key=lambda v: v[1] * v[2])[0]
            subprocess.run(['import', '-silent', '-window', window, f'png24:{path}'], check=False,
                           stderr=subprocess.DEVNULL)
            now = subprocess.run(['identify', '-quiet', '-format', '%# %k', path], stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, text=True, check=False).stdout
            if now and now == before and int(now.split()[1]) > 1:
                return path
            before = now
            time.sleep(0.25)
        return path

    def tree(self):
        """What is on screen, for finding out why a story went wrong."""
        lines = []

        def show(thing, depth):
            if thing.role in ('application', 'frame', 'dialog') or thing.shown():
                lines.append('  ' * depth + f'{thing.role} "{thing.name}"')
                depth += 1
            for child in thing.children():
                show(child, depth)

        show(Thing(self.application), 0)
        return '\n'.join(lines)

    # --- ending
    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            status = self.process.wait(15)
            self.listener.join(5)
            return status
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def kill(self):
        """As a power cut does."""
        self.process.kill()
        self.process.wait()
        self.listener.join(5)
