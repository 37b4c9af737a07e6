#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of the program on a private display, of a copy of the practice dossier. Into data/screenshots: those of the README
(overview and article page, light and dark, English and Arabic, wide and narrow). Into any other folder: every screen in all
languages and sizes, FOLDER/<language>/<screen>-<size>.png, for review."""
import argparse
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
VARIANTS = [('light', 'en'), ('dark', 'en'), ('light', 'ar'), ('dark', 'ar')]
LANGUAGES = 'en,ar,es,fr,ru,zh_CN'
SIZES = '1180x780,360x720'


def readme(build, out):
    import screens
    practice = os.path.join(build, 'data', 'practice', 'practicia.palermo')
    for scheme, language in VARIANTS:

        def look(desk, name, code):
            desk.resize(1180, 780)
            desk.shot(os.path.join(out, f'{name}-{scheme}-{code}.png'))
            if (name, scheme, code) == ('article', 'light', 'en'):
                desk.resize(360, 720)
                desk.shot(os.path.join(out, f'narrow-{scheme}-{code}.png'))
                desk.resize(1180, 780)  # the program remembers

        with tempfile.TemporaryDirectory() as folder:
            screens.visit(build, practice, folder, [language], look, only=('overview', 'article'),
                          ADW_DEBUG_COLOR_SCHEME='prefer-dark' if scheme == 'dark' else 'prefer-light')


def all_screens(build, out, args):
    import pseudo
    import screens
    sizes = [tuple(map(int, size.split('x'))) for size in args.sizes.split(',')]
    languages = args.languages.split(',')
    dossier = args.dossier or os.path.join(build, 'data', 'practice', 'practicia.palermo')
    environment = {'ADW_DEBUG_COLOR_SCHEME': 'prefer-dark' if args.dark else 'prefer-light'}

    def look(desk, name, language):
        if name in screens.OVER:
            desk.shot(os.path.join(out, language or 'pseudo', f'{name}.png'), screen=True)
            return
        for width, height in sizes:
            desk.resize(width, height)
            desk.shot(os.path.join(out, language or 'pseudo', f'{name}-{width}x{height}.png'))
        desk.resize(*sizes[0])

    if args.scale != 1:  # what a desktop says when somebody wants larger text
        subprocess.run(['xrdb', '-merge'], input=f'Xft.dpi: {round(96 * args.scale)}\n', text=True, check=True)

    with tempfile.TemporaryDirectory() as folder:
        copies = os.path.join(folder, 'copies')
        os.mkdir(copies)
        if args.pseudo or args.mirrored:
            environment.update(pseudo.make(build, os.path.join(folder, 'pseudo'), args.mirrored))
            dossier = os.path.join(folder, 'Practicia.palermo')
            subprocess.run([os.path.join(build, 'src', 'cli', 'palermo-cli'), 'dossier', 'new', dossier, '--state', 'Practicia',
                            '--uncac', 'no', '--start', '2026-09-01'], check=True, env=dict(os.environ, **environment))
            languages = [None]
        screens.visit(build, dossier, copies, languages, look, only=args.screens.split(',') if args.screens else None,
                      **environment)


def main():
    parser = argparse.ArgumentParser(prog='./dev shots', description='pictures of the program')
    parser.add_argument('--build', required=True, help=argparse.SUPPRESS)
    parser.add_argument('out', nargs='?', help='folder for every screen; without it the pictures of the README are made')
    parser.add_argument('--languages', default=LANGUAGES, help=f'by default {LANGUAGES}')
    parser.add_argument('--sizes', default=SIZES, help=f'by default {SIZES}')
    parser.add_argument('--screens', help='some screens only, separated by commas')
    parser.add_argument('--dossier', help='another dossier than that of the practice country')
    parser.add_argument('--dark', action='store_true')
    parser.add_argument('--scale', type=float, default=1, help='how large text is: 2 is twice as large')
    parser.add_argument('--pseudo', action='store_true', help='in a language that nobody speaks: what is not in brackets leaks')
    parser.add_argument('--mirrored', action='store_true', help='the same, written from right to left')
    parser.add_argument('--inside', action='store_true', help=argparse.SUPPRESS)
    args = parser.parse_args()
    build = os.path.abspath(args.build)
    out = os.path.abspath(args.out or os.path.join(HERE, '..', '..', 'data', 'screenshots'))
    os.makedirs(out, exist_ok=True)
    if args.inside:
        sys.path.insert(0, HERE)
        if args.out:
            all_screens(build, out, args)
        else:
            readme(build, out)
        return 0
    done = subprocess.run([os.path.join(HERE, 'display'), '/usr/bin/python3', os.path.abspath(__file__), '--inside', *sys.argv[1:]],
                          check=False, env=dict(os.environ, SIZE='1400x1000'))
    for folder, _folders, names in sorted(os.walk(out)):
        print('\n'.join(os.path.join(folder, name) for name in sorted(names)))
    return done.returncode


if __name__ == '__main__':
    sys.exit(main())
