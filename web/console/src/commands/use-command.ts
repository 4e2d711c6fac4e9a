import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { useState } from 'react';
import type { CommandAnswer } from '@aitrader/service-console';
import { sendCommand, type Command } from '../api/commands.ts';
import { SESSION } from '../api/queries.ts';
import { useRunName } from '../stream/run-context.tsx';

/**
 * A command that is to be given once: sent again, after the network had failed, it is the same one. Who gives one before the page knows who is
 * looking waits for that, and is not refused: in a hurry the kill switch is the first thing that is pressed.
 */
export function useCommand(): UseMutationResult<CommandAnswer, Error, Command> {
  const [key] = useState(() => crypto.randomUUID());
  const run = useRunName();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (command: Command) => {
      const { csrf } = await queries.ensureQueryData(SESSION);
      return sendCommand(run, command, key, csrf);
    },
  });
}
