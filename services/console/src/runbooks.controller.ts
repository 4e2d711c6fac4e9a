import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { Controller, Get, NotFoundException, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { headingText, markdownBlocks, type Block, type RunbookRow } from '@aitrader/application-console';
import { workspaceAround } from '@aitrader/runtime-configuration';
import { isMissingFile } from '@aitrader/runtime-storage';
import { Needs } from './access.ts';

/** A runbook, read. */
export interface RunbookAnswer {
  readonly title: string;
  readonly blocks: readonly Block[];
}

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const folder = (): string => path.join(workspaceAround(import.meta.dirname) ?? import.meta.dirname, 'deploy', 'runbooks');

/** What to do when something is the matter: the Markdown files of deploy/runbooks. */
@ApiTags('runbooks')
@Controller('api/runbooks')
export class RunbooksController {
  @Needs('viewer')
  @Get()
  @ApiOperation({ summary: 'All runbooks by their titles, with their words' })
  @ApiOkResponse({ description: 'RunbookRow[]' })
  async list(): Promise<readonly RunbookRow[]> {
    const files = await readdir(folder()).catch((error: unknown) => {
      if (isMissingFile(error)) return [];
      throw error;
    });
    const names = files.filter((file) => file.endsWith('.md')).map((file) => file.slice(0, -'.md'.length));
    return Promise.all(
      names
        .filter((name) => NAME.test(name))
        .sort()
        .map(async (key) => {
          const text = await readFile(path.join(folder(), `${key}.md`), 'utf8');
          return { key, title: headingText(markdownBlocks(text)) || key, text };
        }),
    );
  }

  @Needs('viewer')
  @Get(':name')
  @ApiOperation({ summary: 'A runbook, as blocks' })
  @ApiOkResponse({ description: 'RunbookAnswer' })
  async one(@Param('name') name: string): Promise<RunbookAnswer> {
    if (!NAME.test(name)) throw new NotFoundException(`${name}: is no runbook`);
    try {
      const blocks = markdownBlocks(await readFile(path.join(folder(), `${name}.md`), 'utf8'));
      return { title: headingText(blocks) || name, blocks };
    } catch (error) {
      if (isMissingFile(error)) throw new NotFoundException(`${name}: there is no such runbook`);
      throw error;
    }
  }
}
