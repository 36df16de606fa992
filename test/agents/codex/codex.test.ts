import { repairTests } from '../repair.ts';
import { agentTests } from '../suite.ts';
import { agent } from './agent.ts';

agentTests(agent);
repairTests(agent);
