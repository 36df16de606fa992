import { agentTests } from '../suite.ts';
import { agent } from './agent.ts';

agentTests(agent);
