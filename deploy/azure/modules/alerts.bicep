// The rules of deploy/observability/alerts.yml for managed Prometheus (alerts.json, made by `npm run deploy-files`), and one that only the platform can tell.
param prefix string
param location string
param tags object
param monitorId string
@description('Groups of rules as Prometheus has them.')
param groups array
param alertEmail string
@description('Apps whose copies grow by rule, and how many there may be.')
param scaled array

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${prefix}-people'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'aitrader'
    enabled: true
    emailReceivers: [{ name: 'operators', emailAddress: alertEmail, useCommonAlertSchema: true }]
  }
}

resource rules 'Microsoft.AlertsManagement/prometheusRuleGroups@2023-03-01' = [
  for group in groups: {
    name: '${prefix}-${group.name}'
    location: location
    tags: tags
    properties: {
      enabled: true
      scopes: [monitorId]
      interval: 'PT1M'
      rules: [
        for rule in group.rules: {
          alert: rule.alert
          expression: rule.expression
          for: rule.for
          severity: rule.severity
          labels: rule.labels
          annotations: rule.annotations
          enabled: true
          resolveConfiguration: { autoResolved: true, timeToResolve: 'PT5M' }
          actions: [{ actionGroupId: people.id }]
        }
      ]
    }
  }
]

// A rule that cannot read what it goes by scales to its most: as many copies as there may be, outside of market hours, is a fault or an attack.
resource atMost 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for app in scaled: {
    name: '${prefix}-${app.name}-at-most'
    location: 'global'
    tags: tags
    properties: {
      description: '${app.name} runs more copies than there are shards for'
      severity: 2
      enabled: true
      scopes: [app.id]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: 'copies'
            metricNamespace: 'Microsoft.App/containerApps'
            metricName: 'Replicas'
            operator: 'GreaterThan'
            threshold: app.replicasMax
            timeAggregation: 'Maximum'
          }
        ]
      }
      actions: [{ actionGroupId: people.id }]
    }
  }
]
