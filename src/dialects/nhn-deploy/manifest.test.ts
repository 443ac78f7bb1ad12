import { build, buildBinary } from 'plist';
import { describe, expect, it } from 'vitest';
import { readManifest } from './manifest.ts';

const uploaded = {
  items: [
    {
      assets: [
        { kind: 'software-package', url: '' },
        { kind: 'display-image', url: 'https://images.example.com/a.png' },
      ],
      metadata: {
        'bundle-identifier': 'com.example.shop',
        'bundle-version': '4.10.1',
        kind: 'software',
        title: 'Shop & <more>',
      },
    },
  ],
};
const url = 'https://deploy.example.com/x?a=1&b="<2>"';

describe('manifests', () => {
  it('get the URL of their software package replaced, and nothing else', async () => {
    const first = await readManifest(Buffer.from(build(uploaded)));
    const rewritten = await readManifest(Buffer.from(first.withPackage(url)));
    const expected = structuredClone(uploaded);
    if (expected.items[0]?.assets[0]) expected.items[0].assets[0].url = url;
    expect(rewritten.withPackage(url)).toBe(build(expected));
  });

  it('say what the app is called', async () => {
    expect((await readManifest(Buffer.from(build(uploaded)))).app).toEqual({
      title: 'Shop & <more>',
      bundleIdentifier: 'com.example.shop',
      bundleVersion: '4.10.1',
    });
  });

  it.each([
    '<plist version="1.0"><dict/></plist>',
    '<plist><dict><key>items</key><string>x</string></dict></plist>',
  ])('are readable without a software package: %s', async (text) => {
    expect((await readManifest(Buffer.from(text))).installs).toBe(false);
  });

  it.each([
    '',
    'garbage',
    '<plist version="1.0"><array/></plist>',
    '<html></html>',
    `<plist>${'<array>'.repeat(30_000)}`,
    `<plist>${'<'.repeat(1024 * 1024)}`,
  ])('are refused when they are no dictionary: %.30s', async (text) => {
    await expect(readManifest(Buffer.from(text))).rejects.toThrow(/manifest/);
  });

  it('are refused in the binary form, which may grow without bound', async () => {
    await expect(readManifest(Buffer.from(buildBinary(uploaded)))).rejects.toThrow('it is no XML');
  });
});
