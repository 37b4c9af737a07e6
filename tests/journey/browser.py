# SPDX-License-Identifier: GPL-3.0-or-later
"""Chromium without a window and without a network, driven by its DevTools protocol over a pipe."""
import base64
import json
import os
import shutil
import subprocess
import time


class Browser:
    """One Chromium, spoken to over file descriptors 3 and 4, one message of JSON between NULs."""

    def __init__(self, folder):
        self.folder, self.last, self.events = folder, 0, []
        to_read, self.out = os.pipe()
        self.into, to_write = os.pipe()

        def wire():
            # Above all others first, as one of them may be 3 or 4 already.
            high_read, high_write = os.dup2(to_read, 103), os.dup2(to_write, 104)
            os.dup2(high_read, 3)
            os.dup2(high_write, 4)
        self.process = subprocess.Popen(
            [shutil.which('chromium'), '--headless=new', '--no-sandbox', '--remote-debugging-pipe', '--disable-gpu', '--no-first-run',
             '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--disable-sync',
             '--host-resolver-rules=MAP * ~NOTFOUND', '--proxy-server=127.0.0.1:9', '--user-data-dir=' + os.path.join(folder, 'profile'), 'about:blank'],
            preexec_fn=wire, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ, HOME=folder))
        os.close(to_read)
        os.close(to_write)
        self.buffer = b''
        page = self.call('Target.createTarget', {'url': 'about:blank'})['targetId']
        self.session = self.call('Target.attachToTarget', {'targetId': page, 'flatten': True})['sessionId']
        for domain in ('Page', 'Runtime', 'Network', 'Log'):
            self.page(f'{domain}.enable')
        self.page('Network.emulateNetworkConditions', {'offline': True, 'latency': 0, 'downloadThroughput': 0, 'uploadThroughput': 0})
        self.call('Browser.setDownloadBehavior', {'behavior': 'allow', 'downloadPath': folder, 'eventsEnabled': True})

    def read(self):
        while b'\0' not in self.buffer:
            more = os.read(self.into, 1 << 16)
            if not more:
                raise RuntimeError('the browser is gone')
            self.buffer += more
        message, self.buffer = self.buffer.split(b'\0', 1)
        return json.loads(message)

    def call(self, method, parameters=None, session=None):
        self.last += 1
        message = {'id': self.last, 'method': method, 'params': parameters or {}}
        if session:
            message['sessionId'] = session
        data = json.dumps(message).encode() + b'\0'
        while data:
            data = data[os.write(self.out, data):]
        while True:
            answer = self.read()
            if answer.get('id') == self.last:
                if 'error' in answer:
                    raise RuntimeError(f'{method}: {answer["error"]}')
                return answer['result']
            self.events.append(answer)

    def page(self, method, parameters=None):
        return self.call(method, parameters, self.session)

    def wait(self, method, since=0):
        """The first such event since that place among the events."""
        while True:
            for event in self.events[since:]:
                if event.get('method') == method:
                    return event['params']
            self.events.append(self.read())

    def run(self, script):
        answer = self.page('Runtime.evaluate', {'expression': script, 'returnByValue': True, 'awaitPromise': True, 'userGesture': True})
        if 'exceptionDetails' in answer:
            raise RuntimeError(str(answer['exceptionDetails'])[:800])
        return answer['result'].get('value')

    def open(self, path):
        since = len(self.events)
        self.page('Page.navigate', {'url': 'file://' + path})
        self.wait('Page.loadEventFired', since)

    def set_file(self, selector, path):
        document = self.page('DOM.getDocument')['root']['nodeId']
        node = self.page('DOM.querySelector', {'nodeId': document, 'selector': selector})['nodeId']
        self.page('DOM.setFileInputFiles', {'nodeId': node, 'files': [path]})

    def key(self, key, code=0, modifiers=0, text=None):
        for kind in ('keyDown', 'keyUp'):
            self.page('Input.dispatchKeyEvent', {'type': kind, 'key': key, 'windowsVirtualKeyCode': code, 'modifiers': modifiers,
                                                 **({'text': text} if text and kind == 'keyDown' else {})})

    def until(self, script):
        for _ in range(2400):
            value = self.run(script)
            if value:
                return value
            time.sleep(0.05)
        raise RuntimeError('this never came true: ' + script)

    def saved(self, press):
        """The file that a press on a button saves."""
        since = len(self.events)
        self.run(press)
        while True:
            for event in self.events[since:]:
                if event.get('method') == 'Browser.downloadProgress' and event['params']['state'] == 'completed':
                    begun = [e['params'] for e in self.events[since:] if e.get('method') == 'Browser.downloadWillBegin']
                    return os.path.join(self.folder, begun[0]['suggestedFilename'])
            self.events.append(self.read())

    def look(self, width, height, dark=False):
        self.page('Emulation.setDeviceMetricsOverride', {'width': width, 'height': height, 'deviceScaleFactor': 1, 'mobile': False})
        self.page('Emulation.setEmulatedMedia', {'features': [{'name': 'prefers-color-scheme', 'value': 'dark' if dark else 'light'}]})

    def shoot(self, path, whole=False):
        shot = self.page('Page.captureScreenshot', {'format': 'png', 'captureBeyondViewport': whole})
        with open(path, 'wb') as file:
            file.write(base64.b64decode(shot['data']))

    def close(self):
        try:
            self.call('Browser.close')
        except (RuntimeError, OSError):
            pass
        self.process.wait(timeout=60)


# What the tests do on the page, in its own words: by the path of an answer.
HELPERS = r'''
const fieldOf = (path, row) => fields.filter(f => f.leaf.definition.path === path)[row || 0];
const control = (path, row) => fieldOf(path, row).element.querySelector("input, textarea, select");
function put(path, value, row) {
  const input = control(path, row);
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}
function tick(path, value, row) { fieldOf(path, row).element.querySelector(`input[value="${value}"]`).click(); }
'''
