#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for the part of a desktop that shows notifications (org.freedesktop.Notifications 1.2). Says each on standard output
as a line of JSON; the line "press N" on standard input presses notification N."""
import json
import sys

from gi.repository import Gio, GLib

INTERFACE = """
<node><interface name='org.freedesktop.Notifications'>
<method name='GetCapabilities'><arg type='as' direction='out'/></method>
<method name='GetServerInformation'><arg type='s' direction='out'/><arg type='s' direction='out'/>
<arg type='s' direction='out'/><arg type='s' direction='out'/></method>
<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>
<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/><arg type='a{sv}' direction='in'/>
<arg type='i' direction='in'/><arg type='u' direction='out'/></method>
<method name='CloseNotification'><arg type='u' direction='in'/></method>
<signal name='NotificationClosed'><arg type='u'/><arg type='u'/></signal>
<signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>
</interface></node>"""
LAST = [0]


def say(**words):
    print(json.dumps(words), flush=True)


def called(_bus, _sender, _path, _interface, method, arguments, invocation):
    if method == 'Notify':
        _name, replaces, _icon, title, body, actions, _hints, _time = arguments.unpack()
        LAST[0] += 1
        number = replaces or LAST[0]
        say(number=number, title=title, body=body, actions=actions)
        invocation.return_value(GLib.Variant('(u)', (number,)))
    elif method == 'CloseNotification':
        say(closed=arguments.unpack()[0])
        invocation.return_value(None)
    elif method == 'GetCapabilities':
        invocation.return_value(GLib.Variant('(as)', (['actions', 'body'],)))
    else:
        invocation.return_value(GLib.Variant('(ssss)', ('notices', 'Palermo', '1', '1.2')))


def main():
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    node = Gio.DBusNodeInfo.new_for_xml(INTERFACE)
    bus.register_object('/org/freedesktop/Notifications', node.interfaces[0], called, None, None)
    loop = GLib.MainLoop()

    def read(source, condition):
        line = sys.stdin.readline()
        if not line:
            loop.quit()
            return False
        bus.emit_signal(None, '/org/freedesktop/Notifications', 'org.freedesktop.Notifications', 'ActionInvoked',
                        GLib.Variant('(us)', (int(line.split()[1]), 'default')))
        return True

    GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP, read)
    Gio.bus_own_name_on_connection(bus, 'org.freedesktop.Notifications', Gio.BusNameOwnerFlags.NONE,
                                   lambda *_: say(ready=True), None)
    loop.run()


main()
