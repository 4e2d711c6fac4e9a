import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';
import { Needs } from './access.ts';

/** The document of the interface, once all of it is there. */
@ApiExcludeController()
@Controller()
export class DocumentController {
  document: OpenAPIObject | undefined;

  @Needs('viewer')
  @Get('api/openapi.json')
  tell(): OpenAPIObject {
    if (this.document === undefined) throw new ServiceUnavailableException('the console has not started yet');
    return this.document;
  }
}
