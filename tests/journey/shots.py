#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The screenshots of the README: overview and article page, light and dark, English and Arabic, wide and narrow,
of a copy of the practice dossier on a private display."""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
VARIANTS = [('light', 'en'), ('dark', 'en'), ('light', 'ar'), ('dark', 'ar')]


def inside(build, out):
    sys.path.insert(0, HERE)
    from desk import Desk
    for scheme, language in VARIANTS:
        with tempfile.TemporaryDirectory() as folder:
            dossier = os.path.join(folder, 'practicia.palermo')
            shutil.copy(os.path.join(build, 'data', 'practice', 'practicia.palermo'), dossier)
            desk = Desk([os.path.join(build, 'src', 'app', 'palermo'), dossier], LANGUAGE=language, PANGO_LANGUAGE=language,
                        ADW_DEBUG_COLOR_SCHEME='prefer-dark' if scheme == 'dark' else 'prefer-light')
            desk.find('/^(Article|المادة) 5/', 'list item', timeout=40)
            desk.resize(1180, 780)  # the program remembers the narrow one from before
            desk.click('/^(Overview|نظرة عامة)$/', 'list item')
            desk.shot(os.path.join(out, f'overview-{scheme}-{language}.png'))
            desk.click('/^(Article|المادة) 5/', 'list item')
            desk.find('/^(Yes|نعم)/')
            desk.shot(os.path.join(out, f'article-{scheme}-{language}.png'))
            desk.resize(360, 720)
            desk.shot(os.path.join(out, f'narrow-{scheme}-{language}.png'))
            desk.close()
    for name in os.listdir(out):
        if name.startswith('narrow-dark') or name == 'narrow-light-ar.png':
            os.remove(os.path.join(out, name))  # looked at while they were made; the README shows one


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--build', required=True)
    parser.add_argument('--out', required=True)
    parser.add_argument('--inside', action='store_true', help=argparse.SUPPRESS)
    args = parser.parse_args()
    build, out = os.path.abspath(args.build), os.path.abspath(args.out)
    os.makedirs(out, exist_ok=True)
    if args.inside:
        inside(build, out)
        return 0
    done = subprocess.run([os.path.join(HERE, 'display'), '/usr/bin/python3', os.path.abspath(__file__), '--inside', '--build', build,
                           '--out', out], check=False, env=dict(os.environ, SIZE='1400x1000'))
    print('\n'.join(sorted(os.path.join(out, n) for n in os.listdir(out))))
    return done.returncode


if __name__ == '__main__':
    sys.exit(main())
