import { accessTests } from './access.ts';
import type { Agent } from './agent.ts';
import { budgetTests } from './budget.ts';
import { endingTests } from './endings.ts';
import { failureTests } from './failures.ts';
import { promptTests } from './prompt.ts';
import { sessionTests } from './session.ts';
import { workTests } from './work.ts';

/** Everything that every agent has to give. */
export function agentTests(agent: Agent): void {
  workTests(agent);
  sessionTests(agent);
  failureTests(agent);
  endingTests(agent);
  budgetTests(agent);
  accessTests(agent);
  promptTests(agent);
}
