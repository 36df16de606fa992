import { expect, test } from 'vitest';
import { agents, openScene, priceOf, work } from './scene.ts';

test.each(agents)(
  '$tool works in a branch, and files, answer, tokens and price are the true ones',
  async (agent) => {
    const scene = await openScene({ turns: work });
    const { stage } = scene;
    const t = performance.now();
    const { code, document, stderr } = await scene.delegate(agent, 'Write hello.txt and copy it.');
    console.log(performance.now() - t, stderr, JSON.stringify(document, null, 1));
    console.log(scene.server.served(), scene.ledger());
    const peek = await stage.json<any>(['peek', 'task-1']);
    console.log(peek.document.text);
    const logs = await stage.run(['logs', 'task-1']);
    console.log(logs);
    const approve = await stage.run(['approve', 'task-1']);
    console.log(approve);
    console.log(stage.git('ls-files'), priceOf(agent, scene.served()));
  },
);
