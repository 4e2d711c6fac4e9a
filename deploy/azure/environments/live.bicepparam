using '../main.bicep'

// What is one's own is told by the environment of who deploys: nothing of a subscription stands here.
param stage = 'live'
param image = readEnvironmentVariable('AITRADER_IMAGE')
param run = readEnvironmentVariable('AITRADER_RUN')
param ingest = readEnvironmentVariable('AITRADER_INGEST')
param shards = int(readEnvironmentVariable('AITRADER_SHARDS', '4'))
param busNodes = 3
param hasSecrets = bool(readEnvironmentVariable('AITRADER_HAS_SECRETS', 'false'))
param administratorKey = readEnvironmentVariable('AITRADER_ADMINISTRATOR_KEY')
param administratorsGroup = {
  name: readEnvironmentVariable('AITRADER_ADMINISTRATORS_NAME')
  objectId: readEnvironmentVariable('AITRADER_ADMINISTRATORS_ID')
}
param alertEmail = readEnvironmentVariable('AITRADER_ALERT_EMAIL')
param consoleAddresses = json(readEnvironmentVariable('AITRADER_CONSOLE_ADDRESSES', '[]'))
param consoleClientId = readEnvironmentVariable('AITRADER_CONSOLE_CLIENT_ID')
param operators = json(readEnvironmentVariable('AITRADER_OPERATORS', '[]'))
