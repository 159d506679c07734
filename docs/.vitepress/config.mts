// The documents as a site. What is read is the repository itself, so that a link is good here where it is good there.
import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';

const root = new URL('../../', import.meta.url).pathname;

/** Pages of a folder by their titles; in the order of names. */
function pages(folder: string) {
  return readdirSync(root + folder)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => {
      const title = /^# (.*)$/m.exec(readFileSync(`${root}${folder}/${name}`, 'utf8'))?.[1] ?? name;
      return { text: title.replaceAll('`', ''), link: `/${folder}/${name.slice(0, -3)}` };
    });
}

function chosen(...links: string[]) {
  const known = [...pages('docs/start'), ...pages('docs/guides'), ...pages('docs/explanation'), ...pages('docs/reference')];
  return links.map((link) => known.find((page) => page.link === `/docs/${link}`) ?? { text: link, link: `/docs/${link}` });
}

const start = (name: string) => chosen(`start/${name}`).map((page) => ({ ...page, text: 'Start here' }));

const guide = (...names: string[]) => chosen(...names.map((name) => `guides/${name}`));

export default defineConfig({
  title: 'Muster',
  description: 'One signed document per device says what it must be; rollouts change it in waves; what happened comes back.',
  srcDir: '..',
  outDir: '../target/site',
  srcExclude: ['**/node_modules/**', '**/target/**', 'dist/**', 'data/**'],
  rewrites: { 'docs/index.md': 'index.md' },
  // Pages lie outside of the folder that has the libraries.
  vite: {
    resolve: {
      alias: [
        { find: /^vue\/server-renderer$/, replacement: `${root}docs/node_modules/vue/server-renderer/index.mjs` },
        { find: /^vue$/, replacement: `${root}docs/node_modules/vue/dist/vue.runtime.esm-bundler.js` },
      ],
    },
    build: { chunkSizeWarningLimit: 4000 },
  },
  lastUpdated: false,
  // Folders and files of the repository are no pages: whether they are there, `DocumentsST` looks.
  ignoreDeadLinks: [/^https?:\/\/localhost/, (link) => /\.(yaml|json|java|proto|sh|h|c)$|LICENSE$/.test(link) || /examples\/[^#]*$/.test(link)],
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Start', link: '/docs/guides/tutorial' },
      { text: 'Reference', link: '/docs/reference/cli/README' },
      { text: 'Why', link: '/docs/explanation/one-signed-document' },
    ],
    sidebar: [
      { text: 'Start', items: [{ text: 'What it is', link: '/README' }, ...guide('tutorial', 'console')] },
      {
        text: 'Fleet operators',
        items: [...start('operators'), ...guide('fleet', 'enrolment', 'rollouts', 'commands-and-settings', 'telemetry', 'alerts', 'remote-help', 'fleet-as-code')],
      },
      {
        text: 'Security officers',
        items: [...start('security-officers'), ...guide('policies', 'handing-rights-on', 'proving-a-permission', 'access', 'trust', 'tenants')],
      },
      { text: 'Release engineers', items: [...start('release-engineers'), ...guide('artifacts', 'releases', 'rollouts', 'deltas', 'offline-and-sites')] },
      { text: 'Integrators', items: [...start('integrators'), ...guide('integrations', 'bridges', 'sparkplug', 'hawkbit', 'telemetry')] },
      { text: 'Device makers', items: [...start('device-makers'), ...guide('agent-packages', 'linux-agent', 'openharmony', 'gateway-agents')] },
      { text: 'Those who run it', items: guide('doctor', 'observability', 'backup', 'installing-without-internet', 'images', 'several-instances', 'kubernetes', 'sizing', 'simulator') },
      {
        text: 'Developers',
        items: [
          ...start('developers'),
          { text: 'Architecture', link: '/ARCHITECTURE' },
          { text: 'Contributing', link: '/CONTRIBUTING' },
          { text: 'Decisions', link: '/docs/adr/README' },
        ],
      },
      { text: 'Reference', collapsed: true, items: [{ text: 'Command line', link: '/docs/reference/cli/README' }, ...pages('docs/reference')] },
      {
        text: 'Why',
        items: [...pages('docs/explanation'), { text: 'Security', link: '/SECURITY' }],
      },
      { text: 'All guides', collapsed: true, items: pages('docs/guides') },
    ],
  },
});
