import { useMutation, type UseMutationResult } from '@tanstack/react-query';
import { useState } from 'react';
import type { CommandAnswer } from '@aitrader/service-console';
import { sendCommand, type Command } from '../api/commands.ts';
import { useSession } from '../api/queries.ts';
import { useRunName } from '../stream/run-context.tsx';

/** A command that is to be given once: sent again, after the network had failed, it is the same one. */
export function useCommand(): UseMutationResult<CommandAnswer, Error, Command> {
  const [key] = useState(() => crypto.randomUUID());
  const run = useRunName();
  const { data: session } = useSession();
  return useMutation({
    mutationFn: (command: Command) => sendCommand(run, command, key, session?.csrf ?? ''),
  });
}
