/** The server as `tests/dev/dev.ts` starts it: the command line of the product, with scripts that reload their page. */
import { Assets } from '../../server/assets/assets.ts';
import { buildAssets } from '../../server/assets/bundle.ts';
import { withReload } from './reload.ts';

const startedAt = Date.now().toString(36);

Assets.load = async (root) => {
  const { style, account, chat } = await buildAssets(root);
  const icon = await Bun.file(`${root}/web/pages/icon.svg`).bytes();
  return new Assets({ style, account: withReload(account, startedAt), chat: withReload(chat, startedAt) }, icon);
};

await import('../../cli/main.ts');
