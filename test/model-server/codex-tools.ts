import type { Answer } from './script.ts';

/** A call as Codex expects it; a string `input` makes a custom tool call, anything else a function call. */
export interface Call {
  name: string;
  input: unknown;
}

const DEFAULT_TIMEOUT = 120_000;

/**
 * The call that does what the answer says, with the tools that the request offers. Newer models get one tool, `exec`,
 * which runs JavaScript over the others ("code mode"); older ones get the tools themselves.
 */
export function codexCall(answer: Exclude<Answer, { text: string }>, tools: string[]): Call {
  if (answer.tool === 'call') return { name: answer.name, input: answer.input };
  const code = tools.includes('exec');
  if (answer.tool === 'write') {
    const patch = addFilePatch(answer.path, answer.content);
    if (!code) return { name: 'apply_patch', input: patch };
    return { name: 'exec', input: `text(await tools.apply_patch(${JSON.stringify(patch)}));` };
  }
  const timeout = answer.timeout ?? DEFAULT_TIMEOUT;
  if (code) return { name: 'exec', input: shellScript(answer.command, timeout) };
  if (tools.includes('exec_command')) {
    return { name: 'exec_command', input: { cmd: answer.command, yield_time_ms: timeout } };
  }
  return { name: 'shell_command', input: { command: answer.command, timeout_ms: timeout } };
}

/** Waits for the command's end: one call of exec_command gives up after 30 s at most. */
function shellScript(command: string, timeout: number): string {
  return `// @exec: {"yield_time_ms": ${timeout}}
let run = await tools.exec_command(${JSON.stringify({ cmd: command, yield_time_ms: 30_000 })});
let output = run.output;
while (run.exit_code === undefined && run.session_id !== undefined) {
  run = await tools.write_stdin({ session_id: run.session_id, yield_time_ms: 5000 });
  output += run.output;
}
text(\`exit \${run.exit_code}\\n\${output}\`);
`;
}

/** A patch always ends its file with a newline. */
function addFilePatch(path: string, content: string): string {
  const lines = content.replace(/\n$/, '').split('\n');
  const body = lines.map((line) => `+${line}`);
  return ['*** Begin Patch', `*** Add File: ${path}`, ...body, '*** End Patch', ''].join('\n');
}
