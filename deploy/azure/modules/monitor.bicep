// Logs, traces and figures: one workspace, Application Insights on it, managed Prometheus, and what a collector writes there.
param prefix string
param location string
param tags object
param collectorPrincipalId string

var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: prefix
  location: location
  tags: tags
  properties: { sku: { name: 'PerGB2018' }, retentionInDays: 90 }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: prefix
  location: location
  tags: tags
  kind: 'web'
  properties: { Application_Type: 'web', WorkspaceResourceId: workspace.id, DisableLocalAuth: true }
}

resource prometheus 'Microsoft.Monitor/accounts@2023-04-03' = {
  name: prefix
  location: location
  tags: tags
}

resource endpoint 'Microsoft.Insights/dataCollectionEndpoints@2023-03-11' = {
  name: prefix
  location: location
  tags: tags
  properties: {}
}

resource rule 'Microsoft.Insights/dataCollectionRules@2023-03-11' = {
  name: prefix
  location: location
  tags: tags
  properties: {
    dataCollectionEndpointId: endpoint.id
    dataSources: { prometheusForwarder: [{ name: 'collector', streams: ['Microsoft-PrometheusMetrics'], labelIncludeFilter: {} }] }
    destinations: { monitoringAccounts: [{ name: 'prometheus', accountResourceId: prometheus.id }] }
    dataFlows: [{ streams: ['Microsoft-PrometheusMetrics'], destinations: ['prometheus'] }]
  }
}

resource mayWriteFigures 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(rule.id, collectorPrincipalId, metricsPublisher)
  scope: rule
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
    principalId: collectorPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource mayWriteTraces 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, collectorPrincipalId, metricsPublisher)
  scope: insights
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
    principalId: collectorPrincipalId
    principalType: 'ServicePrincipal'
  }
}

output workspaceId string = workspace.id
output monitorId string = prometheus.id
output collector object = {
  insightsConnection: insights.properties.ConnectionString
  writeUrl: '${endpoint.properties.metricsIngestion.endpoint}/dataCollectionRules/${rule.properties.immutableId}/streams/Microsoft-PrometheusMetrics/api/v1/write?api-version=2023-04-24'
}
